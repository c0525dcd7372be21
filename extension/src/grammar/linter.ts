/**
 * Spelling and grammar by Harper, in the worker that runs this: the text is sent nowhere. Its 16 MB of code and dictionary are loaded
 * with the first draft after the rep turns it on, and unloaded with the worker or when the rep turns it off.
 */
import { createBinaryModuleFromUrl, Dialect as HarperDialect, type Lint, LocalLinter } from "harper.js";
import { type Dialect, type GrammarFinding, type GrammarSettings, grammarRule } from "../shared/grammar.js";
import { getMessage } from "../shared/messages.js";
import { overlaps } from "../shared/span.js";
import { findConfusions } from "./confusions.js";
import industryTerms from "./trade.json" with { type: "json" };

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
const ALSO_MISTAKES: ReadonlySet<string> = new Set([
  "AnA",
  "LookingForwardTo",
  "MissingTo",
  "ModalOf",
  "NominalWants",
  "NounVerbConfusion",
  "ThenThan",
]);
/** Rules that were wrong more often than right in the sales drafts that the score is fitted to. */
const EXCLUDED: ReadonlySet<string> = new Set([
  "DisjointPrefixes",
  "ItsPossessive",
  "MassNouns",
  "OkToOkay",
  "OneOfTheSingular",
  "PronounInflectionBe",
  "RedundantThat",
  "SplitWords",
  "ThereToTheir",
  "GoodAt",
]);

/** Hashtags, mentions, links and addresses, which no dictionary can contain. */
const NAMES = /[#@][\p{L}\p{N}_]+|https?:\/\/\S+|\S+@\S+\.\S+|(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}(?:\/\S*)?/gu;
/** A word with a capital letter or a digit is probably a name or an industry abbreviation. */
const NAME_LIKE = /[^\p{Ll}'\u2019-]/u;
/** Words that are rightly, or on purpose, written twice. */
const WRITTEN_TWICE = /^(?:had|that|do|is|no|yes|very|really|much|many|more)\b/i;
/** A text with a larger share of unknown words is probably in another language. */
const MAX_UNKNOWN = 0.05;
const MAX_REPLACEMENTS = 3;
const REPLACE = 0;
const REMOVE = 1;

/** `binary` is the address of Harper's WebAssembly. */
export class Linter {
  readonly #binary: string;
  #loading: Promise<LocalLinter> | null = null;
  /** The settings that it was loaded with. */
  #loadedKey = "";

  constructor(binary: string) {
    this.#binary = binary;
  }

  /** The findings of `text`, with spans in UTF-16 code units. A text that is not in English has none. */
  async check(text: string, settings: GrammarSettings): Promise<GrammarFinding[]> {
    const linter = await this.#linterFor(settings);
    const names = [...text.matchAll(NAMES)].map(({ index, 0: name }) => ({ start: index, end: index + name.length }));
    const lints = await linter.organizedLints(text, { language: "plaintext" });
    const findings = Object.entries(lints).flatMap(([name, ruleLints]) =>
      ruleLints.flatMap((lint) => findingOf(name, lint, text) ?? []),
    );
    // Harper takes some short English texts for foreign ones.
    if (!(await linter.isLikelyEnglish(text)) && hasManyUnknown(findings, text)) return [];
    const own = findConfusions(text);
    const off = new Set(settings.off);
    return [...own, ...findings.filter(({ span }) => !own.some((other) => overlaps(other.span, span)))]
      .filter(({ rule, span }) => !off.has(rule) && !names.some((name) => overlaps(name, span)))
      .sort((a, b) => a.span.start - b.span.start);
  }

  /** Frees the memory of Harper and its dictionary. */
  async unload(): Promise<void> {
    const previous = this.#loading;
    this.#loading = null;
    this.#loadedKey = "";
    await previous?.then((linter) => linter.dispose()).catch(() => null);
  }

  async #linterFor(settings: GrammarSettings): Promise<LocalLinter> {
    const key = JSON.stringify([settings.dialect, settings.words]);
    if (this.#loadedKey !== key) await this.unload();
    this.#loadedKey = key;
    this.#loading ??= this.#load(settings);
    try {
      return await this.#loading;
    } catch (error) {
      this.#loading = null;
      throw error;
    }
  }

  async #load({ dialect, words }: GrammarSettings): Promise<LocalLinter> {
    const linter = new LocalLinter({ binary: createBinaryModuleFromUrl(this.#binary, "slim"), dialect: DIALECT[dialect] });
    await linter.setup();
    await linter.importWords([...industryTerms, ...words]);
    return linter;
  }
}

function hasManyUnknown(findings: readonly GrammarFinding[], text: string): boolean {
  const unknown = findings.filter(({ rule }) => rule === grammarRule("SpellCheck")).length;
  return unknown > MAX_UNKNOWN * (text.match(/\p{L}+/gu)?.length ?? 0);
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
  // Harper reads a plural noun after “you” as a verb in the third person: you guys, done-for-you funnels.
  if (name === "PronounVerbAgreement" && /\byou\s+$/i.test(text.slice(0, start))) return null;
  if (name === "RepeatedWords" && WRITTEN_TWICE.test(quote)) return null;
  const isMistake = (MISTAKES.has(kind) || ALSO_MISTAKES.has(name)) && !EXCLUDED.has(name);
  if (!isMistake || quote.trim() === "") return null;
  if (kind === "Spelling" && NAME_LIKE.test(quote)) return null;
  // A word in capitals looks like an abbreviation that is spoken letter by letter: an FAQ, but a FREE quote.
  if (name === "AnA" && /^\s+\p{Lu}{2,}/u.test(text.slice(end))) return null;
  return {
    rule: grammarRule(name),
    span: { start, end },
    quote,
    message: kind === "Spelling" ? getMessage("grammar_spelling", { word: quote }) : message,
    severity: "grammar",
    replacements: replacements.slice(0, MAX_REPLACEMENTS),
  };
}
