/** A post as the pages of a document, which LinkedIn shows as a row of pages that readers swipe through. */

/** More characters than that are hard to read on a phone. */
export const PAGE_LIMIT = 240;

const PARAGRAPH_BREAK = /\n[^\S\n]*\n\s*/u;
/** They belong to the post above the document. */
const HASHTAGS_ONLY = /^(?:#[\p{L}\d_]+[\s,]*)+$/u;

/** One page for each paragraph, or several for one that is too long, divided between its sentences. */
export function pagesOf(text: string): string[] {
  return text
    .split(PARAGRAPH_BREAK)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "" && !HASHTAGS_ONLY.test(paragraph))
    .flatMap((paragraph) => (paragraph.length <= PAGE_LIMIT ? [paragraph] : divide(paragraph)));
}

/** A sentence that is longer than a page stays whole. */
function divide(paragraph: string): string[] {
  const pages: string[] = [];
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: "sentence" }).segment(paragraph)) {
    const last = pages.at(-1);
    if (last !== undefined && (last + segment).trimEnd().length <= PAGE_LIMIT) pages[pages.length - 1] = last + segment;
    else pages.push(segment);
  }
  return pages.map((page) => page.trim()).filter((page) => page !== "");
}
