/**
 * Spelling and grammar by Harper, in this worker: the words go nowhere. Its 16 MB of program and dictionary are loaded with
 * the first draft after the rep turned it on, and go with the worker or when it is turned off.
 */
import { createBinaryModuleFromUrl, Dialect as HarperDialect, type Lint, LocalLinter } from "harper.js";
import { type Dialect, type GrammarFinding, type GrammarSettings, grammarRule } from "../shared/grammar.js";
import { getMessage } from "../shared/messages.js";
import trade from "./trade.json" with { type: "json" };

const DIALECT: Record<Dialect, HarperDialect> = {
  american: HarperDialect.American,
  british: HarperDialect.British,
  australian: HarperDialect.Australian,
  canadian: HarperDialect.Canadian,
  indian: HarperDialect.Indian,
};

/** What is a mistake. The other kinds are matters of taste, on which the organisation's own rules speak. */
const KINDS: ReadonlySet<string> = new Set([
  "Agreement",
  "BoundaryError",
  "Eggcorn",
  "Grammar",
  "Malapropism",
  "Nonstandard",
  "Punctuation",
  "Repetition",
  "Spelling",
  "Typo",
  "Usage",
  "WordOrder",
]);
/** Of other kinds, but mistakes. */
const MORE: ReadonlySet<string> = new Set(["AnA", "NominalWants", "MissingTo"]);
/** Wrong more often than right in the drafts of salespeople that the score is fitted to. */
const DENIED: ReadonlySet<string> = new Set([
  "DisjointPrefixes",
  "ItsPossessive",
  "MassNouns",
  "OkToOkay",
  "OneOfTheSingular",
  "PronounInflectionBe",
  "SplitWords",
  "ThereToTheir",
  "GoodAt",
]);

/** Names of people, firms, sites and topics, which no dictionary can know. */
const NAMES = /[#@][\p{L}\p{N}_]+|https?:\/\/\S+|\S+@\S+\.\S+|(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}(?:\/\S*)?/gu;
/** Words with a capital or a digit in them are names, too, or abbreviations of the trade. */
const NAME = /[^\p{Ll}'\u2019-]/u;
const MAX_REPLACEMENTS = 3;
const REPLACE = 0;
const REMOVE = 1;

let loading: Promise<LocalLinter> | null = null;
let loaded = "";

async function load({ dialect, words }: GrammarSettings): Promise<LocalLinter> {
  const binary = createBinaryModuleFromUrl(chrome.runtime.getURL("harper.wasm"), "slim");
  const linter = new LocalLinter({ binary, dialect: DIALECT[dialect] });
  await linter.setup();
  await linter.importWords([...trade, ...words]);
  return linter;
}

async function linterFor(choices: GrammarSettings): Promise<LocalLinter> {
  const wanted = JSON.stringify([choices.dialect, choices.words]);
  if (loaded !== wanted) await unload();
  loaded = wanted;
  loading ??= load(choices);
  try {
    return await loading;
  } catch (error) {
    loading = null;
    throw error;
  }
}

/** Lets go of all of it. */
export async function unload(): Promise<void> {
  const before = loading;
  loading = null;
  loaded = "";
  await before?.then((linter) => linter.dispose()).catch(() => null);
}

/** Offsets of `text`, in UTF-16 units. A text in another language than English has no findings. */
export async function check(text: string, choices: GrammarSettings): Promise<GrammarFinding[]> {
  const linter = await linterFor(choices);
  if (!(await linter.isLikelyEnglish(text))) return [];
  const names = [...text.matchAll(NAMES)].map(({ index, 0: name }) => [index, index + name.length] as const);
  const found = await linter.organizedLints(text, { language: "plaintext" });
  const findings = Object.entries(found).flatMap(([name, lints]) => lints.flatMap((lint) => findingOf(name, lint, text) ?? []));
  const off = new Set(choices.off);
  return findings
    .filter(
      ({ rule, span: { offset, length } }) =>
        !off.has(rule) && !names.some(([start, end]) => start < offset + length && offset < end),
    )
    .sort((a, b) => a.span.offset - b.span.offset);
}

function findingOf(name: string, lint: Lint, text: string): GrammarFinding | null {
  const kind = lint.lint_kind();
  const { start, end } = lint.span();
  const quote = text.slice(start, end);
  const message = lint.message().replaceAll(/`([^`]*)`/g, "\u201c$1\u201d");
  const replacements = lint.suggestions().map((suggestion) => {
    const words = suggestion.get_replacement_text();
    return suggestion.kind() === REPLACE ? words : suggestion.kind() === REMOVE ? "" : quote + words;
  });
  lint.free();
  // A plural noun after “you” is read as a verb with an s too many: you guys, done-for-you funnels.
  if (name === "PronounVerbAgreement" && /\byou\s+$/i.test(text.slice(0, start))) return null;
  const isMistake = (KINDS.has(kind) || MORE.has(name)) && !DENIED.has(name);
  if (!isMistake || quote.trim() === "") return null;
  if (kind === "Spelling" && NAME.test(quote)) return null;
  // Written in capitals a word looks like an abbreviation, which is spoken letter by letter: an FAQ, but a FREE quote.
  if (name === "AnA" && /^\s+\p{Lu}{2,}/u.test(text.slice(end))) return null;
  return {
    rule: grammarRule(name),
    span: { offset: start, length: end - start },
    quote,
    message: kind === "Spelling" ? getMessage("grammar_spelling", { word: quote }) : message,
    severity: "grammar",
    replacements: replacements.slice(0, MAX_REPLACEMENTS),
  };
}
