/**
 * Facts in a suggested wording that the draft does not have. Links, hashtags and mentions make it unusable. Figures and names
 * become visible blanks. Words at the start of a sentence that may be names are only named, because most of them are not.
 */

export type Checked = { text: string; blanks: number; doubtful: string[] } | { invented: true };

export const FIGURE_BLANK = "[your figure]";
export const NAME_BLANK = "[name]";

const LINK =
  /(?:https?:\/\/|www\.)\S+|[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+\.\S+|(?<![\p{L}\p{N}@])(?:[\p{L}\p{N}-]+\.)+[a-z]{2,}(?:\/\S*)?/giu;
const TAG = /(?<![\p{L}\p{N}])[#@][\p{L}\p{N}_]+/gu;
/** A blank for the writer to fill. With a digit or a capital letter it could hide a fact. */
const BLANK = /\[[\p{Ll} ,'’/-]{1,60}\]/gu;
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}'’&-]*/gu;
const UNIT = "%|‰|\\p{Sc}|(?:per\\s?cent|dollars?|euros?|pounds?|usd|eur|gbp)(?![\\p{L}\\p{N}])";
/** With its currency and unit. */
const FIGURE = new RegExp(`(?:\\p{Sc}\\s?)?[\\p{L}-]*\\p{N}[\\p{L}\\p{N}.,:/-]*(?:\\s?(?:${UNIT}))?`, "giu");
const WORD_WITH_UNIT = new RegExp(`(${WORD.source})(?:[\\s-](${UNIT}))?`, "giu");
const SYMBOLS: readonly [RegExp, string][] = [
  [/-?per\s?cent/gu, "%"],
  [/-?(?:dollars?|usd)/gu, "$"],
  [/-?(?:euros?|eur)/gu, "€"],
  [/-?(?:pounds?|gbp)/gu, "£"],
];
const SENTENCE_END = /(?:^|[.!?…:]["'”’)\]]*\s+|\n\s*|^["'“‘(]+|\s[–—•-]\s+)$/u;

const NUMBER_WORDS: ReadonlyMap<string, string> = new Map(
  (
    "two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 ten 10 eleven 11 twelve 12 thirteen 13 fourteen 14 fifteen 15 " +
    "sixteen 16 seventeen 17 eighteen 18 nineteen 19 twenty 20 thirty 30 forty 40 fifty 50 sixty 60 seventy 70 eighty 80 ninety 90 " +
    "hundred 100 hundreds 100 thousand 1000 thousands 1000 million 1000000 millions 1000000 billion 1000000000 dozen 12 dozens 12 " +
    "half 1/2 halved 1/2 third 1/3 quarter 1/4 twice x2 double x2 doubled x2 doubling x2 triple x3 tripled x3"
  )
    .split(" ")
    .reduce<[string, string][]>((pairs, item, index) => {
      if (index % 2 === 0) pairs.push([item, ""]);
      else pairs[pairs.length - 1] = [pairs.at(-1)?.[0] ?? "", item];
      return pairs;
    }, []),
);

/** Words that begin sentences and are no names. */
const STARTERS = new Set(
  (
    "a about after again all almost also although always among an and another any are as ask at back be because before behind being " +
    "below between both but buyers by can come compare could customers did do does doing don't during each either even every everyone " +
    "everything few fewer finally find first for from get getting give going good had has have having he her here here's his how however " +
    "if in instead into is isn't it it's its just keep knowing know last later learn learning less let let's like look looking made " +
    "make making many maybe more most much my never new next no nobody not nothing now of often on once one only or other others our " +
    "out over people perhaps please readers result results sales say saying see seeing she should simply since so some someone " +
    "something sometimes soon start still stop such take taking tell than thank thanks that that's the their them then there there's these " +
    "they they're they've thing things think this those though through to today together tomorrow too try trying turns under until up us " +
    "use used using very want was we we'd we'll we're we've well were what what's when where whether which while who why will with " +
    "within without work working would yes yesterday yet you you'll you're you've your"
  ).split(" "),
);
const ORDINARY_ENDING = /(?:ing|ed|ly|tion|sion|ment|ness|ity|able|ful|less|ous|ive|ers|ors)$/u;
const PRONOUNS = /^I(?:['’](?:m|ve|d|ll))?$/u;

const plain = (word: string): string => word.toLowerCase().replaceAll("’", "'").replace(/'s?$/u, "");
/** So that another form of a word of the draft is the same word. */
const stem = (word: string): string => plain(word).replace(/(?:ies|es|s|ed|ing|er|ers|ly|y|e)$/u, "");
/** 30 customers are neither 30% nor $30, but 30% is 30 percent and $30 is 30 dollars. */
function figureKey(figure: string): string {
  const symbols = SYMBOLS.reduce((text, [unit, symbol]) => text.replaceAll(unit, symbol), figure.toLowerCase());
  const units = symbols.match(/[\p{Sc}%‰]/gu) ?? [];
  const amount = symbols
    .replaceAll(/[\s\p{Sc}%‰’']/gu, "")
    .replace(/[.,:/-]+$/u, "")
    .replaceAll(/,(?=\d{3}\b)/gu, "");
  return units.join("") + amount;
}
/** The figures in a word such as “twenty-five”, with its unit if it has one. */
const wordKeys = (word: string, unit = ""): string[] =>
  plain(word)
    .split("-")
    .flatMap((piece) => NUMBER_WORDS.get(piece) ?? [])
    .map((value) => figureKey(value + unit));

/** Whole links, so that neither a part of one nor another address on the same host counts as known. Only hosts ignore case. */
const linkKey = (link: string): string =>
  link
    .replace(/^https?:\/\//iu, "")
    .replace(/^www\./iu, "")
    .replace(/[^\p{L}\p{N}=&_-]+$/u, "")
    .replace(/^[^/]+/u, (host) => host.toLowerCase());
const linksAndTags = (text: string): string[] => [
  ...[...text.matchAll(LINK)].map(([link]) => linkKey(link)),
  ...[...text.matchAll(TAG)].map(([tag]) => tag.toLowerCase()),
];

/** `passage` is the part of `draft` that `text` would replace. */
export function checkFacts(text: string, draft: string): Checked {
  const known = new Set(linksAndTags(draft));
  if (linksAndTags(text).some((one) => !known.has(one))) return { invented: true };
  const facts = new Facts(draft);
  const checked = outsideBlanks(text, (part, before) => facts.blankIn(part, before));
  return { text: checked, blanks: facts.blanks, doubtful: [...facts.doubtful] };
}

/** Changes the parts of the text that are not blanks. `before` is the text in front of a part. */
function outsideBlanks(text: string, change: (part: string, before: string) => string): string {
  let changed = "";
  let end = 0;
  for (const blank of [...text.matchAll(BLANK), null]) {
    const start = blank?.index ?? text.length;
    changed += change(text.slice(end, start), text.slice(0, end)) + (blank?.[0] ?? "");
    end = start + (blank?.[0].length ?? 0);
  }
  return changed;
}

class Facts {
  blanks = 0;
  readonly doubtful = new Set<string>();
  readonly #words: ReadonlySet<string>;
  readonly #stems: ReadonlySet<string>;
  readonly #figures: ReadonlySet<string>;

  constructor(draft: string) {
    const words = [...draft.matchAll(WORD)].map(([word]) => plain(word));
    this.#words = new Set(words);
    this.#stems = new Set(words.map(stem));
    this.#figures = new Set([
      ...[...draft.matchAll(FIGURE)].map(([figure]) => figureKey(figure)),
      ...[...draft.matchAll(WORD_WITH_UNIT)].flatMap(([, word = "", unit]) => wordKeys(word, unit)),
    ]);
  }

  blankIn(part: string, before: string): string {
    const withFigures = part.replaceAll(FIGURE, (figure) => this.#checkFigure(figure));
    return this.#blankNames(
      withFigures.replaceAll(WORD_WITH_UNIT, (all, word: string, unit?: string) => this.#checkNumberWord(all, word, unit)),
      before,
    );
  }

  #checkFigure(figure: string): string {
    if (this.#figures.has(figureKey(figure))) return figure;
    this.blanks += 1;
    const [end = ""] = /[.,:/-]*$/u.exec(figure) ?? [];
    return FIGURE_BLANK + end;
  }

  #checkNumberWord(all: string, word: string, unit?: string): string {
    if (wordKeys(word, unit).every((key) => this.#figures.has(key))) return all;
    this.blanks += 1;
    return FIGURE_BLANK;
  }

  /** Several capitalised words in a row are one name. */
  #blankNames(part: string, before: string): string {
    const capitalised =
      /(?<![\p{L}\p{N}\p{M}'’])\p{Lu}[\p{L}\p{N}\p{M}'’&.-]*(?:\s+(?:of |the |and |& )?\p{Lu}[\p{L}\p{N}\p{M}'’&-]*)*/gu;
    return part.replaceAll(capitalised, (run, at: number) =>
      this.#checkName(run, SENTENCE_END.test((before + part.slice(0, at)).slice(-8))),
    );
  }

  #checkName(run: string, isStart: boolean): string {
    const pieces = run.split(/(\s+)/u);
    const isNew = pieces.map((piece, index) => /^\p{Lu}/u.test(piece) && this.#isNew(piece) && !(isStart && index === 0));
    const first = pieces[0] ?? "";
    const [, , second] = isNew;
    if (isStart && this.#isNew(first) && !this.#isOrdinary(first)) {
      // With another name after it, it is the first part of one.
      if (second) isNew[0] = true;
      else this.doubtful.add(first.replace(/[.,']+$/u, ""));
    }
    if (!isNew.includes(true)) return run;
    this.blanks += 1;
    const [from, to] = [isNew.indexOf(true), isNew.lastIndexOf(true)];
    const [ending = ""] = /(?:['’]s)?[.]*$/u.exec(pieces[to] ?? "") ?? [];
    return [...pieces.slice(0, from), NAME_BLANK + ending, ...pieces.slice(to + 1)].join("");
  }

  #isNew(word: string): boolean {
    const bare = word.replace(/[.&]+$/u, "");
    return !PRONOUNS.test(bare) && !this.#words.has(plain(bare)) && !this.#stems.has(stem(bare));
  }

  #isOrdinary(word: string): boolean {
    const bare = word.toLowerCase().replaceAll("’", "'");
    return STARTERS.has(bare) || ORDINARY_ENDING.test(bare);
  }
}
