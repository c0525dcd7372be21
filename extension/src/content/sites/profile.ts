/** What reading a profile on LinkedIn and on X has in common: words as a person sees them, and nothing of what is not loaded. */
import type { OwnNames, ProfileReadResult, ReadSection } from "../../shared/profile.js";

/** Reads the page that is open, if it is provably the rep's own; any doubt is a refusal. */
export type ReadProfile = (own: OwnNames) => ProfileReadResult;

/** What is there for screen readers alone repeats what is seen; buttons say "more", not what the rep wrote. */
const NOT_WORDS = 'button, [role="button"], script, style, svg, .visually-hidden, [hidden]';
const BLOCK = /^(?:address|article|blockquote|dd|div|dl|dt|h[1-6]|header|li|ol|p|section|ul)$/;

/** The words of an element, a line break at each block and `<br>`, emoji by their names. */
export function visibleText(element: Element): string {
  let text = "";
  const broken = (): void => {
    text = text.replace(/ +$/, "");
    if (text !== "" && !text.endsWith("\n")) text += "\n";
  };
  const walk = (node: Node): void => {
    if (node.nodeType === Node.TEXT_NODE) {
      const words = (node.nodeValue ?? "").replaceAll(/\s+/g, " ");
      text += text === "" || /\s$/.test(text) ? words.trimStart() : words;
      return;
    }
    if (!(node instanceof Element) || node.matches(NOT_WORDS)) return;
    if (node.localName === "br") text += "\n";
    if (node.localName === "img") text += node.getAttribute("alt") ?? "";
    const block = BLOCK.test(node.localName);
    if (block) broken();
    for (const child of node.childNodes) walk(child);
    if (block) broken();
  };
  for (const child of element.childNodes) walk(child);
  return text
    .split("\n")
    .map((line) => line.trim())
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}

export const orEmpty = (text: string): string | null => (text === "" ? null : text);

/** The section as text, or nothing where it is not loaded. */
export const section = (name: string, element: Element | null, isCertain = true): ReadSection[] =>
  element ? [{ name, value: orEmpty(visibleText(element)), isCertain }] : [];

/** The section as a list; `items` are looked for only where it is loaded. */
export function list(
  name: string,
  element: Element | null,
  items: (element: Element) => Iterable<Element>,
  isCertain = true,
): ReadSection[] {
  if (!element) return [];
  const found = [...items(element)].map(visibleText).filter((text) => text !== "");
  return [{ name, value: found.length > 0 ? found : null, isCertain }];
}
