/** What the sites make of a text's words: addresses, hashtags and mentions become links; everything else stays plain. */

export interface Part {
  at: number;
  words: string;
  isLinked: boolean;
}

const LINKED = /https?:\/\/[^\s<>"]+|(?<![\p{L}\d_&])[#@][\p{L}_][\p{L}\d_.-]*/gu;
/** Marks at the end of a sentence do not belong to the address or the name before them. */
const END_MARKS = /[.,;:!?)\]'"”’-]+$/;

/** The parts of the text in order; together they are the text. */
export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let last = 0;
  const add = (words: string, isLinked: boolean): void => {
    if (words !== "") parts.push({ at: last, words, isLinked });
    last += words.length;
  };
  for (const match of text.matchAll(LINKED)) {
    add(text.slice(last, match.index), false);
    add(match[0].replace(END_MARKS, ""), true);
  }
  add(text.slice(last), false);
  return parts;
}

/** The host of the first web address in the text. */
export function firstLink(text: string): string | null {
  const address = text.match(/https?:\/\/[^\s<>"]+/u)?.[0].replace(END_MARKS, "") ?? "";
  return URL.canParse(address) ? new URL(address).host.replace(/^www\./, "") : null;
}
