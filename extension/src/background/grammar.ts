/**
 * Spelling and grammar by Harper, in this worker: the text is sent nowhere. Its 16 MB of program and dictionary are loaded
 * with the first draft after the rep turned it on, and unloaded with the worker or when the rep turns it off.
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

/** Kinds of findings that are mistakes. The others are matters of taste, which the organisation's own rules cover. */
const MISTAKES: ReadonlySet<string> = new Set([
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
/** Rules of other kinds that find mistakes too. */
const ALSO_MISTAKES: ReadonlySet<string> = new Set(["AnA", "NominalWants", "MissingTo"]);
/** Rules that were wrong more often than right in the sales drafts that the score is fitted to. */
const EXCLUDED: ReadonlySet<string> = new Set([
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

/** Hashtags, mentions, links and addresses, which no dictionary can know. */
const NAMES = /[#@][\p{L}\p{N}_]+|https?:\/\/\S+|\S+@\S+\.\S+|(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}(?:\/\S*)?/gu;
/** A word with a capital or a digit in it is a name, too, or an abbreviation of the trade. */
const NAME_LIKE = /[^\p{Ll}'\u2019-]/u;
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

/** Frees the memory of program and dictionary. */
export async function unload(): Promise<void> {
  const before = loading;
  loading = null;
  loaded = "";
  await before?.then((linter) => linter.dispose()).catch(() => null);
}

/** Spans in UTF-16 code units of `text`. A text in another language than English has no findings. */
export async function check(text: string, choices: GrammarSettings): Promise<GrammarFinding[]> {
  const linter = await linterFor(choices);
  if (!(await linter.isLikelyEnglish(text))) return [];
  const names = [...text.matchAll(NAMES)].map(({ index, 0: name }) => [index, index + name.length] as const);
  const lints = await linter.organizedLints(text, { language: "plaintext" });
  const findings = Object.entries(lints).flatMap(([name, ofRule]) =>
    ofRule.flatMap((lint) => findingOf(name, lint, text) ?? []),
  );
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
  const isMistake = (MISTAKES.has(kind) || ALSO_MISTAKES.has(name)) && !EXCLUDED.has(name);
  if (!isMistake || quote.trim() === "") return null;
  if (kind === "Spelling" && NAME_LIKE.test(quote)) return null;
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
