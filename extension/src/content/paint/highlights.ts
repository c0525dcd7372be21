/**
 * Underlines by the CSS Custom Highlight API: nothing is put into the editor. The page can read the names and the ranges,
 * so the names say nothing.
 */
import type { Tip } from "../../shared/view.js";
import type { Place } from "../text/canonical.js";
import { Sight } from "./sight.js";

type Severity = Tip["finding"]["severity"];

const NAMES: Record<Severity, string> = { limit: "rp-a", check: "rp-b", tip: "rp-c", grammar: "rp-d" };
/** Where two overlap, the firmer remark shows. */
const PRIORITIES: Record<Severity, number> = { limit: 3, grammar: 2, check: 1, tip: 0 };

/** So many are painted wherever they are. Of more, only those in sight: each has its share in the cost of every frame. */
const FEW = 40;

declare const __FIREFOX__: boolean;

/** What is to be underlined: from one place of the tree to another, and where in the text that is. */
export interface Mark {
  offset: number;
  from: Place;
  to: Place;
  severity: Severity;
  tip: string;
}

interface Drawn {
  range: Range;
  severity: Severity;
  tip: string;
}

/** The marks of one editor. Several editors of one page share the highlights. */
export class Marks {
  #wanted: Mark[] = [];
  #drawn = new Map<string, Drawn>();
  #sight: Sight | null = null;

  constructor(
    readonly editor: HTMLElement,
    readonly signal: AbortSignal,
  ) {}

  draw(marks: Mark[]): void {
    this.#wanted = marks;
    if (marks.length <= FEW) this.#sight?.rest();
    else this.#sight ??= new Sight(this.editor, () => this.#paint(), this.signal);
    this.#paint();
  }

  /** Ranges follow most edits by themselves; one that stands where it should is left as it is, and not painted again. */
  #paint(): void {
    const marks = this.#sight && this.#wanted.length > FEW ? this.#sight.of(this.#wanted) : this.#wanted;
    const before = this.#drawn;
    this.#drawn = new Map();
    for (const { from, to, severity, tip } of marks) {
      const same = before.get(tip);
      // A page may have emptied the registry, which is its right.
      if (same?.severity === severity && stands(same.range, from, to) && CSS.highlights.get(NAMES[severity])?.has(same.range)) {
        this.#drawn.set(tip, same);
        before.delete(tip);
        continue;
      }
      const range = from.node.ownerDocument!.createRange();
      range.setStart(from.node, from.offset);
      range.setEnd(to.node, to.offset);
      highlight(severity).add(range);
      this.#drawn.set(tip, { range, severity, tip });
    }
    for (const drawn of before.values()) erase(drawn);
  }

  clear(): void {
    this.draw([]);
  }

  /** The tip whose underlined words are at this point of the viewport. */
  at(x: number, y: number): string | null {
    const hit = [...this.#drawn.values()].find(({ range }) =>
      [...range.getClientRects()].some((box) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom),
    );
    return hit?.tip ?? null;
  }
}

const stands = (range: Range, from: Place, to: Place): boolean =>
  range.startContainer === from.node &&
  range.startOffset === from.offset &&
  range.endContainer === to.node &&
  range.endOffset === to.offset;

function erase({ severity, range }: Drawn): void {
  const drawn = CSS.highlights.get(NAMES[severity]);
  drawn?.delete(range);
  if (drawn?.size === 0) CSS.highlights.delete(NAMES[severity]);
}

function highlight(severity: Severity): Highlight {
  const name = NAMES[severity];
  let drawn = CSS.highlights.get(name);
  if (!drawn) {
    drawn = new Highlight();
    drawn.priority = PRIORITIES[severity];
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
