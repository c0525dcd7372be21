/**
 * Protected talk: somebody's own pay, conditions at work, health, belief, union, politics or family. Detected sentence by
 * sentence on the device, before anything is sent; the server repeats the check. A protected sentence is not analysed, sent or
 * highlighted.
 *
 * The frames are exported from `nlp/rules/protected.json`, and `nlp/rules/protected.py` evaluates them in the same way;
 * `server/contract/README.md` says how.
 */
import * as contract from "../../../../server/contract/protected.json";
import { type Span, textAt } from "../../shared/span.js";

export interface Protection {
  sentences: Span[];
  /** The words that gave the sentences away. */
  triggers: Span[];
  /** Whether the sentences have more than half of the text's words, so that the whole text is left alone. */
  isGreaterPart: boolean;
}

const NONE: Protection = { sentences: [], triggers: [], isGreaterPart: false };
const WORD = "\\p{L}\\p{N}_";
const WORDS = /[\p{L}\p{N}]+/gu;
const SENTENCE_END = /[.!?\u2026]+["')\]]*[ \t\r]+|[\n\u2028]+/gu;
const BLANKS = /^[ \t\r\n\u2028]+|[ \t\r\n\u2028]+$/gu;
const HIDDEN = "\u0001";
const MAX_KNOWN = 1_000;

const fragments = new Map(Object.entries(contract.fragments));
const expand = (pattern: string): string =>
  /\{[a-z]+\}/.test(pattern)
    ? expand(pattern.replaceAll(/\{([a-z]+)\}/g, (_, name: string) => fragments.get(name) ?? ""))
    : pattern.replaceAll(" ?", "\\x20*").replaceAll(" ", "\\x20+");

/**
 * The frames are compiled for Latin-1 text, and a sentence is matched in a form of one Latin-1 character for each UTF-16 unit. V8
 * would compile frames for any text, with classes of Unicode and in any case, to several megabytes of code.
 */
const OTHER_LETTER = "\u00ff";
const OTHER_MARK = "\u0002";
/** What of Latin-1 is a letter, and what a letter, a digit or `_`, as `\p{L}` and `[\p{L}\p{N}_]` are. */
const LATIN_LETTER = "A-Za-z\\xaa\\xb5\\xba\\xc0-\\xd6\\xd8-\\xf6\\xf8-\\xff";
const LATIN_WORD = `${LATIN_LETTER}0-9_\\xb2\\xb3\\xb9\\xbc-\\xbe`;
const IS_WORD = new RegExp(`[${WORD}]`, "u");
/** Other characters that frames name, such as the sign of the euro. They become control characters, which no draft has. */
const MARKS_IN_FRAMES = new Map(
  [...new Set(JSON.stringify(contract).match(/[^\0-\u00ff]/gu))].map((mark, index) => [
    mark,
    String.fromCharCode(0x80 + index),
  ]),
);

interface Frame {
  pattern: RegExp;
  /** Every match contains at least one. Few sentences do, so that most patterns are never compiled. */
  words: readonly string[];
}

const compile = (frames: readonly { patterns: readonly string[]; words?: string }[], end = ""): Frame[] =>
  frames.map(({ patterns, words = "" }) => {
    const frame = `(?:^|[^${LATIN_WORD}])(${expand(patterns.join("|"))})${expand(end)}(?:$|[^${LATIN_WORD}])`;
    return { pattern: new RegExp(toLatin(frame.replaceAll("\\p{L}", `[${LATIN_LETTER}]`)), "dg"), words: words.split("|") };
  });

/** Matched in lower case, and `NAMED` as written. */
const FRAMES = [...compile(contract.phrases, contract.end), ...compile(contract.frames)];
const NAMED = compile(contract.named);

let tradeWords: RegExp | null = null;
/** The last result: a draft is asked about several times between two key presses. */
let last: { text: string; protection: Protection } | null = null;

/** Words of the organisation's business, singular or plural, that are never part of a trigger. */
export function setTradeWords(words: readonly string[]): void {
  last = null;
  const escaped = words.filter((word) => word.trim() !== "").map((word) => escapePattern(normalize(word.trim())));
  tradeWords = escaped.length === 0 ? null : new RegExp(`(?<![${WORD}])(?:${escaped.join("|")})s?(?![${WORD}])`, "giu");
}

const escapePattern = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}/-]/g, "\\$&");

/** One character for one, so that offsets stay valid. */
const normalize = (text: string): string =>
  text
    .replaceAll(/[\u2018\u2019]/g, "'")
    .replaceAll(/[\u201c\u201d]/g, '"')
    .replaceAll(/[\u00a0\u202f]/g, " ")
    .replaceAll("\u2011", "-");

/** One Latin-1 character for each UTF-16 unit, joined from single ones so that the browser keeps it as such. Tabs become blanks. */
function toLatin(text: string): string {
  const latin = [...text].map((letter) => {
    if (letter === "\t") return " ";
    if (letter <= "\u00ff") return letter >= "\u0080" && letter < "\u00a0" ? OTHER_MARK : letter;
    return MARKS_IN_FRAMES.get(letter) ?? (IS_WORD.test(letter) ? OTHER_LETTER : OTHER_MARK).repeat(letter.length);
  });
  return latin.join("");
}

/** In lower case, one UTF-16 unit for one. The long s is an s where case is ignored. */
const toLower = (text: string): string =>
  [...text]
    .map((letter) => {
      const lower = letter === "\u017f" ? "s" : letter.toLowerCase();
      return lower.length === letter.length ? lower : letter;
    })
    .join("");

/** The protected talk in `text`. */
export function findProtected(text: string): Protection {
  if (last?.text !== text) last = { text, protection: search(text) };
  return last.protection;
}

function search(text: string): Protection {
  const normalized = normalize(text);
  const readable = tradeWords ? normalized.replace(tradeWords, (word) => HIDDEN.repeat(word.length)) : normalized;
  const sentences: Span[] = [];
  const triggers: Span[] = [];
  for (const sentence of splitSentences(readable)) {
    const found = triggersOf(textAt(readable, sentence));
    if (found.length === 0) continue;
    sentences.push(sentence);
    triggers.push(...found.map(({ start, end }) => ({ start: sentence.start + start, end: sentence.start + end })));
  }
  if (sentences.length === 0) return NONE;
  const hidden = sentences.reduce((sum, sentence) => sum + countWords(textAt(text, sentence)), 0);
  return { sentences, triggers, isGreaterPart: 2 * hidden > countWords(text) };
}

/** Whether any sentence of the text must stay on the device. */
export const isProtected = (text: string): boolean => findProtected(text).sentences.length > 0;

/** `text` of the same length, with blanks in place of the protected sentences. */
export function blankProtected(text: string, { sentences }: Protection): string {
  let blanked = text;
  for (const { start, end } of sentences) {
    blanked = blanked.slice(0, start) + " ".repeat(end - start) + blanked.slice(end);
  }
  return blanked;
}

/** `text` without the protected sentences. */
export function cutProtected(text: string): string {
  let cut = text;
  for (const { start, end } of findProtected(text).sentences.toReversed()) {
    cut = cut.slice(0, start).replace(/ +$/, "") + cut.slice(end);
  }
  return cut.trim();
}

const countWords = (text: string): number => text.match(WORDS)?.length ?? 0;

function* splitSentences(text: string): Generator<Span> {
  const ends = [...text.matchAll(SENTENCE_END)].map((match) => match.index + match[0].length);
  let start = 0;
  for (const end of [...ends, text.length]) {
    const part = text.slice(start, end);
    const stripped = part.replace(BLANKS, "");
    const at = start + part.indexOf(stripped);
    if (stripped !== "") yield { start: at, end: at + stripped.length };
    start = end;
  }
}

/** The results for the sentences of the draft: a key press changes only one of them. */
let known = new Map<string, Span[]>();

function triggersOf(sentence: string): Span[] {
  const found = known.get(sentence) ?? findTriggers(sentence);
  if (known.size >= MAX_KNOWN) known = new Map();
  known.set(sentence, found);
  return found;
}

/** The words that match a frame, in order; of overlapping matches the one that begins first. */
function findTriggers(sentence: string): Span[] {
  const find = (frames: readonly Frame[], text: string): [number, number][] =>
    frames
      .filter(({ words }) => words.some((word) => text.includes(word)))
      .flatMap(({ pattern }) => [...text.matchAll(pattern)].flatMap(({ indices }) => (indices?.[1] ? [indices[1]] : [])));
  const spans = [...find(FRAMES, toLatin(toLower(sentence))), ...find(NAMED, toLatin(sentence))];
  spans.sort(([from, to], [otherFrom, otherTo]) => from - otherFrom || to - otherTo);
  const kept: Span[] = [];
  let end = 0;
  for (const [from, to] of spans) {
    if (kept.length > 0 && from < end) continue;
    kept.push({ start: from, end: to });
    end = to;
  }
  return kept;
}
