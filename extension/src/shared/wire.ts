/**
 * What the server answers, validated before anything else sees it. Unknown fields are dropped, a missing or wrong one
 * makes the whole answer invalid. Offsets and lengths are UTF-16 code units.
 */

export class WireError extends Error {
  constructor(readonly field: string) {
    super(`the answer's ${field || "body"} is not what was agreed`);
  }
}

type Validator<T> = (value: unknown, field: string) => T;
export type Infer<R> = R extends Validator<infer T> ? T : never;

const text: Validator<string> = (value, field) => {
  if (typeof value !== "string") throw new WireError(field);
  return value;
};
/** A field that older servers leave out. */
const textOrEmpty: Validator<string> = (value, field) => (value === undefined ? "" : text(value, field));
const number: Validator<number> = (value, field) => {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new WireError(field);
  return value;
};
const flag: Validator<boolean> = (value, field) => {
  if (typeof value !== "boolean") throw new WireError(field);
  return value;
};
const oneOf =
  <const T extends readonly string[]>(...allowed: T): Validator<T[number]> =>
  (value, field) => {
    if (typeof value !== "string" || !allowed.includes(value)) throw new WireError(field);
    return value;
  };
const orNull =
  <T>(read: Validator<T>): Validator<T | null> =>
  (value, field) =>
    value === null || value === undefined ? null : read(value, field);
const list =
  <T>(read: Validator<T>): Validator<T[]> =>
  (value, field) => {
    if (!Array.isArray(value)) throw new WireError(field);
    return value.map((item, index) => read(item, `${field}[${index}]`));
  };
const numbersByName: Validator<Record<string, number>> = (value, field) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new WireError(field);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, number(item, `${field}.${name}`)]));
};
const record =
  <S extends Record<string, Validator<unknown>>>(shape: S): Validator<{ [K in keyof S]: Infer<S[K]> }> =>
  (value, field) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new WireError(field);
    const given = value as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(shape).map(([name, read]) => [name, read(given[name], field ? `${field}.${name}` : name)]),
    ) as { [K in keyof S]: Infer<S[K]> };
  };

const whole: Validator<number> = (value, field) => {
  const read = number(value, field);
  if (!Number.isInteger(read) || read < 0) throw new WireError(field);
  return read;
};
const span = record({ offset: whole, length: whole });

export const SURFACES = ["linkedin-post", "linkedin-comment", "x-post", "x-reply"] as const;
export type Surface = (typeof SURFACES)[number];
export const readSurface = oneOf(...SURFACES);
export const readBand = oneOf("needs-work", "fair", "good", "strong");
export type Band = Infer<typeof readBand>;

const finding = record({
  rule: text,
  dimension: text,
  span: orNull(span),
  quote: text,
  message: text,
  why: text,
  evidence: record({ grade: text, source: text }),
  severity: oneOf("limit", "check", "tip"),
  replacements: list(text),
  points: number,
});
export type Finding = Infer<typeof finding>;

const contribution = record({
  kind: oneOf("baseline", "measure", "finding", "bound"),
  name: text,
  dimension: text,
  label: text,
  points: number,
  value: orNull(number),
  unit: text,
});
export type Contribution = Infer<typeof contribution>;

export const readComparison = record({
  preferred: oneOf("a", "b", "undecided"),
  probability_a: number,
  basis: text,
  reasons: list(text),
});
export type Comparison = Infer<typeof readComparison>;

export const readAssessment = record({
  surface: readSurface,
  score: orNull(number),
  band: orNull(readBand),
  confidence: orNull(record({ level: oneOf("low", "medium", "high"), low: number, high: number, reason: text })),
  dimensions: numbersByName,
  findings: list(finding),
  contributions: list(contribution),
  sentence_ranges: list(span),
  length: orNull(
    record({
      used: number,
      limit: number,
      unit: text,
      folds: list(record({ where: text, offset: orNull(whole) })),
    }),
  ),
  gate: record({ state: oneOf("open", "held", "protected"), reasons: list(text) }),
  scoring_version: text,
  note: text,
  note_code: textOrEmpty,
  comparison: orNull(readComparison),
});
export type Assessment = Infer<typeof readAssessment>;

/** A profile's: the findings' spans are of the server's own text of all sections, so that only their quotes count here. */
export const readProfileAssessment = record({
  surface: oneOf("linkedin-profile", "x-profile"),
  score: orNull(number),
  band: orNull(readBand),
  confidence: orNull(record({ level: oneOf("low", "medium", "high"), low: number, high: number, reason: text })),
  dimensions: numbersByName,
  findings: list(finding),
  contributions: list(contribution),
  scoring_version: text,
  note: text,
  note_code: textOrEmpty,
});
export type ProfileAssessment = Infer<typeof readProfileAssessment>;

export const readShare = record({
  id: whole,
  state: oneOf("counted", "held", "duplicate"),
  entry: orNull(record({ id: whole, points: number, sentence: text })),
  reason: orNull(text),
});
export type Share = Infer<typeof readShare>;

export const readWithdrawal = record({ id: whole, state: oneOf("withdrawn") });

const tokens = {
  access_token: text,
  access_expires_in: number,
  refresh_token: text,
  refresh_expires_in: number,
};
export const readTokens = record(tokens);
export const readPairing = record({
  ...tokens,
  user: record({ name: text, email: text }),
  organisation: record({ name: text, quiet_required: flag }),
});

export const SHARE_CHOICES = ["ask", "always", "never"] as const;
export type ShareChoice = (typeof SHARE_CHOICES)[number];
export const readMe = record({
  user: record({ name: text, email: text }),
  organisation: record({ name: text, quiet_required: flag }),
  share_choice: oneOf(...SHARE_CHOICES),
  rules_off: list(text),
});
export type Me = Infer<typeof readMe>;

/** Every adapter with its layouts. */
export const LAYOUTS = { linkedin: ["sdui", "classic", "framed"], x: ["web", "mobile"] } as const;
export type AdapterName = keyof typeof LAYOUTS;

const readEntry = record({ adapter: text, layout: text, action: oneOf("disable"), fixed_in: orNull(text), message: text });
type Entry = Infer<typeof readEntry>;

const isKnown = ({ adapter, layout }: Entry): boolean =>
  Object.hasOwn(LAYOUTS, adapter) && ["*", ...LAYOUTS[adapter as AdapterName]].includes(layout);

/** The adapters to switch off, and nothing more: an entry that is not known or asks for anything else is ignored. */
export function readDisabled(value: unknown): Entry[] {
  const given = typeof value === "object" && value !== null ? (value as { disabled?: unknown }).disabled : undefined;
  if (!Array.isArray(given)) throw new WireError("disabled");
  return given.flatMap((entry) => {
    try {
      const read = readEntry(entry, "");
      return isKnown(read) ? read : [];
    } catch {
      return [];
    }
  });
}

/** Whether an extension of this version has what the entry was waiting for. What is no version is never reached. */
export function isFixedIn({ fixed_in: fixedIn }: Pick<Entry, "fixed_in">, version: string): boolean {
  if (fixedIn === null || !/^\d+(\.\d+)*$/.test(fixedIn)) return false;
  const [wanted = [], here = []] = [fixedIn, version].map((one) => one.split(".").map(Number));
  const differs = wanted.findIndex((part, at) => part !== (here[at] ?? 0));
  return differs < 0 || (here[differs] ?? 0) > (wanted[differs] ?? 0);
}

/** An RFC 9457 problem document: the first field that was wrong, if any, and the best sentence for a person. What it does
 * not say is empty, and so is all of anything else. */
export function readProblem(value: unknown): { field: string; detail: string } {
  const part = (of: unknown, name: string): unknown =>
    typeof of === "object" && of !== null ? (of as Record<string, unknown>)[name] : undefined;
  const errors = part(value, "errors");
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const words = [part(first, "message"), part(value, "detail"), part(value, "title")];
  const field = part(first, "field");
  return {
    field: typeof field === "string" ? field : "",
    detail: words.find((said): said is string => typeof said === "string" && said !== "") ?? "",
  };
}
