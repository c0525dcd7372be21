/**
 * Underlines by the CSS Custom Highlight API: nothing is put into the editor. The page can read the names and the ranges,
 * so the names say nothing.
 */
import type { Finding } from "../../shared/wire.js";

const NAMES: Record<Finding["severity"], string> = { limit: "rp-a", check: "rp-b", tip: "rp-c" };

declare const __FIREFOX__: boolean;

export interface Mark {
  range: Range;
  severity: Finding["severity"];
  tip: string;
}

/** The marks of one editor. Several editors of one page share the three highlights. */
export class Marks {
  #drawn: Mark[] = [];

  draw(marks: Mark[]): void {
    this.clear();
    for (const mark of marks) highlight(mark.severity).add(mark.range);
    this.#drawn = marks;
  }

  clear(): void {
    for (const { severity, range } of this.#drawn) {
      const drawn = CSS.highlights.get(NAMES[severity]);
      drawn?.delete(range);
      if (drawn?.size === 0) CSS.highlights.delete(NAMES[severity]);
    }
    this.#drawn = [];
  }

  /** The tip whose underlined words are at this point of the viewport. */
  at(x: number, y: number): string | null {
    const hit = this.#drawn.find(({ range }) =>
      [...range.getClientRects()].some((box) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom),
    );
    return hit?.tip ?? null;
  }
}

function highlight(severity: Finding["severity"]): Highlight {
  const name = NAMES[severity];
  let drawn = CSS.highlights.get(name);
  if (!drawn) {
    drawn = new Highlight();
    // Where two overlap, the firmer remark shows.
    drawn.priority = severity === "limit" ? 2 : severity === "check" ? 1 : 0;
    CSS.highlights.set(name, drawn);
  }
  return drawn;
}

/** Lets the underlines show inside `root`, for Firefox applies no style of the document there; the answer undoes it. */
export function adoptStyles(root: Document | ShadowRoot, css: string): () => void {
  if (!__FIREFOX__ || !(root instanceof ShadowRoot)) return () => undefined;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets.push(sheet);
  return () => {
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((other) => other !== sheet);
  };
}
