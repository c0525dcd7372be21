/**
 * Validators of JSON from the server. Each returns the typed value or throws `WireError` with the path of the wrong field.
 * Unknown fields are dropped.
 */

export class WireError extends Error {
  constructor(readonly field: string) {
    super(`${field || "the body"} of the response is missing or of the wrong type`);
  }
}

export type Validator<T> = (value: unknown, field: string) => T;
export type Infer<R> = R extends Validator<infer T> ? T : never;

export const string: Validator<string> = (value, field) => {
  if (typeof value !== "string") throw new WireError(field);
  return value;
};

/** A string that older servers leave out. */
export const optionalString: Validator<string> = (value, field) => (value === undefined ? "" : string(value, field));

export const number: Validator<number> = (value, field) => {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new WireError(field);
  return value;
};

/** A non-negative integer: an id, an offset or a length. */
export const integer: Validator<number> = (value, field) => {
  const parsed = number(value, field);
  if (!Number.isInteger(parsed) || parsed < 0) throw new WireError(field);
  return parsed;
};

export const boolean: Validator<boolean> = (value, field) => {
  if (typeof value !== "boolean") throw new WireError(field);
  return value;
};

export const oneOf =
  <const T extends readonly string[]>(...allowed: T): Validator<T[number]> =>
  (value, field) => {
    if (typeof value !== "string" || !allowed.includes(value)) throw new WireError(field);
    return value;
  };

/** A missing value reads as `null`. */
export const nullable =
  <T>(read: Validator<T>): Validator<T | null> =>
  (value, field) =>
    value === null || value === undefined ? null : read(value, field);

export const list =
  <T>(read: Validator<T>): Validator<T[]> =>
  (value, field) => {
    if (!Array.isArray(value)) throw new WireError(field);
    return value.map((item, index) => read(item, `${field}[${index}]`));
  };

/** What older servers leave out altogether. */
export const optional =
  <T>(read: Validator<T>): Validator<T | undefined> =>
  (value, field) =>
    value === undefined ? undefined : read(value, field);

/** A list that older servers leave out. */
export const optionalList =
  <T>(read: Validator<T>): Validator<T[]> =>
  (value, field) =>
    value === undefined ? [] : list(read)(value, field);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const numbersByName: Validator<Record<string, number>> = (value, field) => {
  if (!isObject(value)) throw new WireError(field);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, number(item, `${field}.${name}`)]));
};

export const object =
  <S extends Record<string, Validator<unknown>>>(shape: S): Validator<{ [K in keyof S]: Infer<S[K]> }> =>
  (value, field) => {
    if (!isObject(value)) throw new WireError(field);
    return Object.fromEntries(
      Object.entries(shape).map(([name, read]) => [name, read(value[name], field ? `${field}.${name}` : name)]),
    ) as { [K in keyof S]: Infer<S[K]> };
  };
