/** Shared by the profile readers: text as a person sees it, and only of sections that are loaded. */
import type { OwnNames, ProfileReadResult, ReadSection } from "../../shared/profile.js";

/** Reads the open page if it is provably the rep's own, and refuses if there is any doubt. */
export type ReadProfile = (own: OwnNames) => ProfileReadResult;

/** Text for screen readers repeats what is visible; buttons hold "more", not what the rep wrote. */
const SKIPPED = 'button, [role="button"], script, style, svg, .visually-hidden, [hidden]';
const BLOCK = /^(?:address|article|blockquote|dd|div|dl|dt|h[1-6]|header|li|ol|p|section|ul)$/;

/** The text of an element, with a line break at each block and `<br>`, and the `alt` of emoji images. */
export function visibleText(element: Element): string {
  let text = "";
  const breakLine = (): void => {
    text = text.replace(/ +$/, "");
    if (text !== "" && !text.endsWith("\n")) text += "\n";
  };
  const walk = (node: Node): void => {
    if (node.nodeType === Node.TEXT_NODE) {
      const words = (node.nodeValue ?? "").replaceAll(/\s+/g, " ");
      text += text === "" || /\s$/.test(text) ? words.trimStart() : words;
      return;
    }
    if (!(node instanceof Element) || node.matches(SKIPPED)) return;
    if (node.localName === "br") text += "\n";
    if (node.localName === "img") text += node.getAttribute("alt") ?? "";
    const block = BLOCK.test(node.localName);
    if (block) breakLine();
    for (const child of node.childNodes) walk(child);
    if (block) breakLine();
  };
  for (const child of element.childNodes) walk(child);
  return text
    .split("\n")
    .map((line) => line.trim())
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}

export const emptyToNull = (text: string): string | null => (text === "" ? null : text);

/** The section as text; an empty array if it is not loaded. */
export const textSection = (name: string, element: Element | null, isCertain = true): ReadSection[] =>
  element ? [{ name, value: emptyToNull(visibleText(element)), isCertain }] : [];

/** The section as a list; an empty array if it is not loaded. */
export function listSection(
  name: string,
  element: Element | null,
  items: (element: Element) => Iterable<Element>,
  isCertain = true,
): ReadSection[] {
  if (!element) return [];
  const texts = [...items(element)].map(visibleText).filter((text) => text !== "");
  return [{ name, value: texts.length > 0 ? texts : null, isCertain }];
}
