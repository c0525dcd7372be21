/**
 * Underlines with the CSS Custom Highlight API, which adds nothing to the editor's document. A page can read the names and
 * the ranges of highlights, so the names reveal nothing.
 */
import type { Line } from "../../draft/underlines.js";
import type { Position } from "../text/canonical.js";
import { VisibleMarks } from "./visibility.js";

const NAMES: Record<Line, string> = {
  limit: "rp-a",
  check: "rp-b",
  tip: "rp-c",
  grammar: "rp-d",
  advice: "rp-e",
  emphasis: "rp-f",
  around: "rp-g",
};
/** Where two overlap, the one with the higher priority is painted on top. */
const PRIORITIES: Record<Line, number> = { limit: 6, grammar: 5, check: 4, tip: 3, around: 2, advice: 1, emphasis: 0 };

/** Up to this many marks are all painted; if there are more, only those in sight, as each adds to the cost of every frame. */
const MAX_PAINTED_OFFSCREEN = 40;

declare const __FIREFOX__: boolean;

/** Words to underline: their positions in the DOM and their offset in the text. */
export interface Mark {
  offset: number;
  from: Position;
  to: Position;
  line: Line;
  /** Unique among the marks of an editor. */
  id: string;
  /** The tip to open on a click; `null` for advice, whose sentences are clicked to edit them. */
  tip: string | null;
}

type Painted = Pick<Mark, "line" | "tip"> & { range: Range };

/** The marks of one editor. All editors of a page share the same highlights. */
export class Marks {
  #marks: Mark[] = [];
  #painted = new Map<string, Painted>();
  #visible: VisibleMarks | null = null;

  constructor(
    readonly editor: HTMLElement,
    readonly signal: AbortSignal,
  ) {}

  draw(marks: Mark[]): void {
    this.#marks = marks;
    if (marks.length <= MAX_PAINTED_OFFSCREEN) this.#visible?.stop();
    else this.#visible ??= new VisibleMarks(this.editor, () => this.#paint(), this.signal);
    this.#paint();
  }

  /** Ranges follow most edits by themselves. One that is still in the right place is kept, which saves painting it again. */
  #paint(): void {
    const marks = this.#visible && this.#marks.length > MAX_PAINTED_OFFSCREEN ? this.#visible.filter(this.#marks) : this.#marks;
    const outdated = this.#painted;
    this.#painted = new Map();
    for (const { from, to, line, id, tip } of marks) {
      const previous = outdated.get(id);
      if (previous?.line === line && isPainted(previous, from, to)) {
        this.#painted.set(id, previous);
        outdated.delete(id);
        continue;
      }
      const range = from.node.ownerDocument!.createRange();
      range.setStart(from.node, from.offset);
      range.setEnd(to.node, to.offset);
      highlightFor(line).add(range);
      this.#painted.set(id, { range, line, tip });
    }
    for (const painted of outdated.values()) erase(painted);
  }

  clear(): void {
    this.draw([]);
  }

  /** The tips whose underlined words are at this point of the viewport. A tip on a sentence may contain tips on its words; the
   * one with the fewest characters comes first. */
  tipsAt(x: number, y: number): string[] {
    const hits = [...this.#painted.values()].filter(
      ({ range, tip }) =>
        tip !== null &&
        [...range.getClientRects()].some((box) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom),
    );
    const length = ({ range }: Painted): number => range.toString().length;
    return hits.sort((one, other) => length(one) - length(other)).flatMap(({ tip }) => tip ?? []);
  }
}

/** Whether the range is where it should be and still registered: a page is free to clear the registry. */
const isPainted = ({ range, line }: Painted, from: Position, to: Position): boolean =>
  range.startContainer === from.node &&
  range.startOffset === from.offset &&
  range.endContainer === to.node &&
  range.endOffset === to.offset &&
  CSS.highlights.get(NAMES[line])?.has(range) === true;

function erase({ line, range }: Painted): void {
  const highlight = CSS.highlights.get(NAMES[line]);
  highlight?.delete(range);
  if (highlight?.size === 0) CSS.highlights.delete(NAMES[line]);
}

function highlightFor(line: Line): Highlight {
  const name = NAMES[line];
  let highlight = CSS.highlights.get(name);
  if (!highlight) {
    highlight = new Highlight();
    highlight.priority = PRIORITIES[line];
    CSS.highlights.set(name, highlight);
  }
  return highlight;
}

/** Makes underlines show inside a shadow root: there Firefox ignores the document's `::highlight` rules. Returns a function that
 * undoes it. */
export function adoptStyles(root: Document | ShadowRoot, css: string): () => void {
  if (!__FIREFOX__ || !(root instanceof ShadowRoot)) return () => undefined;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets.push(sheet);
  return () => {
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((other) => other !== sheet);
  };
}
