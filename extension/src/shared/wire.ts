/**
 * The parts of the server's responses that the extension reads, validated before anything else sees them: a missing or
 * wrong field makes the whole response invalid. Offsets are UTF-16 code units.
 *
 * `tests/shared/wire-types.test.ts` checks these shapes against the types that are generated from the OpenAPI document, and
 * `wire-contract.test.ts` reads random responses that it permits. The validators themselves are not generated: Ajv's take 140 kB in
 * place of 7, and would reject a response for a field that the extension does not read.
 */
import type { components } from "./api.js";
import type { Span } from "./span.js";
import {
  boolean,
  type Infer,
  integer,
  list,
  nullable,
  number,
  numbersByName,
  object,
  oneOf,
  optional,
  optionalList,
  optionalString,
  string,
  type Validator,
  WireError,
} from "./validate.js";

export { type Infer, WireError } from "./validate.js";

type Schemas = components["schemas"];

const wireSpan = object({ offset: integer, length: integer });

/** The server gives an offset and a length; everything in the extension has a start and an end. */
const span: Validator<Span> = (value, field) => {
  const { offset, length } = wireSpan(value, field);
  return { start: offset, end: offset + length };
};

/** Where a text will appear: on LinkedIn or X, or a place that is judged by the nearest of these. */
export type Surface = Schemas["AssessIn"]["surface"];
export const SURFACES = ["linkedin-post", "linkedin-comment", "x-post", "x-reply"] as const satisfies readonly Surface[];
export type PostSurface = (typeof SURFACES)[number];
/** Of posts that can be compared and shared. */
export const readSurface: Validator<PostSurface> = oneOf(...SURFACES);
/** Articles and long posts, and posts and comments on other sites. */
export const PLACES = ["long-form", "other-post", "other-comment"] as const satisfies readonly Surface[];
export type Place = (typeof PLACES)[number];
export const isPlace = (surface: unknown): surface is Place => (PLACES as readonly unknown[]).includes(surface);
export const readAssessedSurface: Validator<Surface> = oneOf(...SURFACES, ...PLACES);
export type Band = NonNullable<Schemas["AssessmentOut"]["band"]>;
export const readBand: Validator<Band> = oneOf("needs-work", "fair", "good", "strong");

const finding = object({
  rule: string,
  dimension: string,
  span: nullable(span),
  quote: string,
  message: string,
  why: string,
  evidence: object({ grade: string, source: string }),
  severity: oneOf("limit", "check", "tip"),
  replacements: list(string),
  points: number,
});
export type Finding = Infer<typeof finding>;

const advice = object({ code: string, message: string, question: string, worth: number, spans: list(span) });
/** `worth` is in points of the score. Without spans the advice is about the whole text. */
export type Advice = Infer<typeof advice>;

const contribution = object({
  kind: oneOf("baseline", "measure", "sentence", "finding", "bound"),
  name: string,
  dimension: string,
  label: string,
  points: number,
  value: nullable(number),
  unit: string,
  span: nullable(span),
});
export type Contribution = Infer<typeof contribution>;

export const readComparison = object({
  preferred: oneOf("a", "b", "undecided"),
  probability_a: number,
  basis: string,
  reasons: list(string),
});
export type Comparison = Infer<typeof readComparison>;

export const readAssessment = object({
  surface: readAssessedSurface,
  score: nullable(number),
  band: nullable(readBand),
  confidence: nullable(object({ level: oneOf("low", "medium", "high"), low: number, high: number, reason: string })),
  dimensions: numbersByName,
  findings: list(finding),
  advice: optionalList(advice),
  contributions: list(contribution),
  sentence_ranges: list(span),
  length: nullable(
    object({
      used: number,
      limit: number,
      unit: string,
      folds: list(object({ where: string, offset: nullable(integer) })),
    }),
  ),
  gate: object({ state: oneOf("open", "held", "protected"), reasons: list(string) }),
  scoring_version: string,
  note: string,
  note_code: optionalString,
  comparison: nullable(readComparison),
});
export type Assessment = Infer<typeof readAssessment>;

/** The spans of a profile's findings and advice refer to the server's joined text of all sections, so only the quotes of findings are used
 * here. */
export const readProfileAssessment = object({
  surface: oneOf("linkedin-profile", "x-profile"),
  score: nullable(number),
  band: nullable(readBand),
  confidence: nullable(object({ level: oneOf("low", "medium", "high"), low: number, high: number, reason: string })),
  dimensions: numbersByName,
  findings: list(finding),
  advice: optionalList(advice),
  contributions: list(contribution),
  scoring_version: string,
  note: string,
  note_code: optionalString,
});
export type ProfileAssessment = Infer<typeof readProfileAssessment>;

export const readWording = object({ span, text: string });

export const readShare = object({
  id: integer,
  state: oneOf("counted", "held", "duplicate"),
  entry: nullable(object({ id: integer, points: number, sentence: string })),
  reason: nullable(string),
});
export type Share = Infer<typeof readShare>;

export const readWithdrawal = object({ id: integer, state: oneOf("withdrawn") });

const tokens = {
  access_token: string,
  access_expires_in: number,
  refresh_token: string,
  refresh_expires_in: number,
};
export const readTokens = object(tokens);
export const readPairing = object({
  ...tokens,
  user: object({ name: string, email: string }),
  organisation: object({ name: string, quiet_required: boolean }),
});

export type ShareChoice = Schemas["MeOut"]["share_choice"];
export const SHARE_CHOICES = ["ask", "always", "never"] as const satisfies readonly ShareChoice[];
const site = object({ origin: string, place: oneOf(...PLACES) });
/** Another site, which an administrator listed. */
export type Site = Infer<typeof site>;

/** An origin exactly as browsers write it, so that nothing else can become a permission or a match pattern. */
const isHttpsOrigin = (origin: string): boolean =>
  /^https:\/\/[a-z0-9.-]+$/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin;

/** Sites with anything else are left out. An account stored by an earlier version has none. */
const sites: Validator<Site[]> = (value, field) =>
  optionalList(site)(value, field).filter(({ origin }) => isHttpsOrigin(origin));

export const readMe = object({
  user: object({ name: string, email: string }),
  organisation: object({ name: string, quiet_required: boolean, trade_words: list(string), sites }),
  notice: object({ acknowledged: boolean }),
  share_choice: oneOf(...SHARE_CHOICES),
  rules_off: list(string),
  wording_help: optional(object({ mode: oneOf("off", "device", "endpoint"), company: string, is_on: boolean })),
});
export type Me = Infer<typeof readMe>;

/** Every adapter with its layouts. */
export const LAYOUTS = {
  linkedin: ["sdui", "classic", "framed", "article"],
  x: ["web", "mobile", "article"],
  site: ["plain"],
} as const;
export type AdapterName = keyof typeof LAYOUTS;

const readEntry = object({
  adapter: string,
  layout: string,
  action: oneOf("disable"),
  fixed_in: nullable(string),
  message: string,
});
type Entry = Infer<typeof readEntry>;

const isKnown = ({ adapter, layout }: Entry): boolean =>
  Object.hasOwn(LAYOUTS, adapter) && ["*", ...LAYOUTS[adapter as AdapterName]].includes(layout);

/** The adapters to switch off, and nothing more: an unknown entry, or one that asks for anything else, is ignored. */
export function readDisabled(value: unknown): Entry[] {
  const entries = typeof value === "object" && value !== null ? (value as { disabled?: unknown }).disabled : undefined;
  if (!Array.isArray(entries)) throw new WireError("disabled");
  return entries.flatMap((entry) => {
    try {
      const parsed = readEntry(entry, "");
      return isKnown(parsed) ? parsed : [];
    } catch {
      return [];
    }
  });
}

/** Whether an extension of this version contains the fix that the entry names. A malformed `fixed_in` counts as not
 * fixed. */
export function isFixedIn({ fixed_in: fixedIn }: Pick<Entry, "fixed_in">, version: string): boolean {
  if (fixedIn === null || !/^\d+(\.\d+)*$/.test(fixedIn)) return false;
  const [fixed = [], current = []] = [fixedIn, version].map((dotted) => dotted.split(".").map(Number));
  const difference = fixed.findIndex((part, index) => part !== (current[index] ?? 0));
  return difference < 0 || (current[difference] ?? 0) > (fixed[difference] ?? 0);
}

/** An RFC 9457 problem document: the first wrong field, if any, and the most helpful sentence. Both are empty strings if they are
 * missing or the value is not a problem document. */
export function readProblem(value: unknown): { code: string; field: string; detail: string } {
  const property = (parent: unknown, name: string): unknown =>
    typeof parent === "object" && parent !== null ? (parent as Record<string, unknown>)[name] : undefined;
  const errors = property(value, "errors");
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const sentences = [property(first, "message"), property(value, "detail"), property(value, "title")];
  const field = property(first, "field");
  const code = property(value, "code");
  return {
    code: typeof code === "string" ? code : "",
    field: typeof field === "string" ? field : "",
    detail: sentences.find((sentence): sentence is string => typeof sentence === "string" && sentence !== "") ?? "",
  };
}
