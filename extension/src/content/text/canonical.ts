/**
 * The canonical text of an editor and the map between its offsets and positions in the DOM.
 *
 * One "\n" between blocks and per `<br>` (not for the filler `<br>` that ends a block), U+00A0 read as a space, an emoji
 * drawn as `<img alt>` read as its `alt`. Offsets are UTF-16 code units.
 */

import type { Span } from "../../shared/span.js";

/** A position in the DOM, as `Range` and `Selection` use it. */
export interface Position {
  node: Node;
  offset: number;
}

interface Piece {
  start: number;
  length: number;
  /** A text node; an image standing for its `alt` or a `<br>` for its line break; or the block that begins a line. */
  node: Node;
  kind: "text" | "whole" | "line";
}

const BLOCKS = new Set([
  "ADDRESS",
  "ARTICLE",
  "ASIDE",
  "BLOCKQUOTE",
  "DD",
  "DIV",
  "DL",
  "DT",
  "FIGURE",
  "FOOTER",
  "FORM",
  "H1",
  "H2",
  "H3",
  "H4",
  "H5",
  "H6",
  "HEADER",
  "HR",
  "LI",
  "MAIN",
  "NAV",
  "OL",
  "P",
  "PRE",
  "SECTION",
  "TABLE",
  "TBODY",
  "TD",
  "TR",
  "UL",
]);

const isBlock = (node: Node): boolean => node.nodeType === Node.ELEMENT_NODE && BLOCKS.has(node.nodeName);

/** Whether the node has content, unlike a filler `<br>` or an empty text node. */
function hasContent(node: Node): boolean {
  if (node.nodeType === Node.TEXT_NODE) return (node as Text).data !== "";
  if (node.nodeName === "BR") return true;
  if (node.nodeName === "IMG") return (node as HTMLImageElement).alt !== "";
  for (let child = node.firstChild; child; child = child.nextSibling) if (hasContent(child)) return true;
  return false;
}

/** A `<br>` with nothing after it up to the end of its line only keeps the line from collapsing; it is not a line break. */
function isFiller(br: Node, root: Node): boolean {
  for (let node: Node = br; node !== root; ) {
    for (let next = node.nextSibling; next; next = next.nextSibling) {
      if (isBlock(next)) return true;
      if (hasContent(next)) return false;
    }
    const parent: Node | null = node.parentNode;
    if (!parent || isBlock(parent)) return true;
    node = parent;
  }
  return true;
}

function hasBlockInside(element: Node): boolean {
  for (let child = element.firstChild; child; child = child.nextSibling) {
    if (isBlock(child) || (child.nodeType === Node.ELEMENT_NODE && hasBlockInside(child))) return true;
  }
  return false;
}

/** A snapshot of an editor: read again after every change. */
export class CanonicalText {
  readonly text: string;
  readonly #pieces: Piece[] = [];
  readonly #pieceByNode = new Map<Node, Piece>();

  constructor(readonly root: Node) {
    let text = "";
    let hasLines = false;
    let isLineOpen = false;
    const add = (piece: Piece): void => {
      this.#pieces.push(piece);
      if (piece.kind !== "line") this.#pieceByNode.set(piece.node, piece);
    };
    const openLine = (node: Node): void => {
      if (isLineOpen) return;
      if (hasLines) text += "\n";
      hasLines = true;
      isLineOpen = true;
      add({ start: text.length, length: 0, node, kind: "line" });
    };
    const visit = (node: Node): void => {
      if (node.nodeType === Node.TEXT_NODE) {
        const data = (node as Text).data.replaceAll("\u00a0", " ");
        if (data === "") return;
        openLine(node.parentNode ?? root);
        add({ start: text.length, length: data.length, node, kind: "text" });
        text += data;
      } else if (node.nodeName === "BR") {
        openLine(node.parentNode ?? root);
        if (isFiller(node, root)) return;
        add({ start: text.length, length: 1, node, kind: "whole" });
        text += "\n";
      } else if (node.nodeName === "IMG") {
        const alt = (node as HTMLImageElement).alt;
        if (alt === "") return;
        openLine(node.parentNode ?? root);
        add({ start: text.length, length: alt.length, node, kind: "whole" });
        text += alt;
      } else if (node.nodeType === Node.ELEMENT_NODE) {
        const block = node !== root && isBlock(node);
        if (block) isLineOpen = false;
        if (block && !hasBlockInside(node)) openLine(node);
        for (let child = node.firstChild; child; child = child.nextSibling) visit(child);
        if (block) isLineOpen = false;
      }
    };
    visit(root);
    this.text = text;
  }

  /**
   * The position of `offset` (0 to `text.length`). Between two pieces, `side` says which of them it belongs to: a range starts
   * with the piece "after" its first offset and ends with the piece "before" its last one. Inside an image both sides give
   * an edge of the image, which cannot be divided.
   */
  positionAt(offset: number, side: "before" | "after"): Position {
    const touching = this.#touching(offset);
    const withContent = touching.filter(({ kind }) => kind !== "line");
    const piece =
      withContent.find(({ start, length }) => (side === "before" ? start < offset : offset < start + length)) ??
      withContent[0] ??
      touching[0];
    if (!piece) return { node: this.root, offset: 0 };
    if (piece.kind === "text") return { node: piece.node, offset: offset - piece.start };
    if (piece.kind === "line") return { node: piece.node, offset: 0 };
    const parent = piece.node.parentNode ?? this.root;
    const index = Array.prototype.indexOf.call(parent.childNodes, piece.node);
    const isPast = side === "before" ? offset > piece.start : offset === piece.start + piece.length;
    return { node: parent, offset: isPast ? index + 1 : index };
  }

  /** The pieces that contain `offset` or end or begin there, in order. Pieces never overlap. */
  #touching(offset: number): Piece[] {
    let [low, high] = [0, this.#pieces.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#pieces[middle]!.start <= offset) low = middle + 1;
      else high = middle;
    }
    let first = low;
    while (first > 0 && this.#pieces[first - 1]!.start + this.#pieces[first - 1]!.length >= offset) first -= 1;
    return this.#pieces.slice(first, low);
  }

  /** The offset of a position, or `null` outside of the editor. */
  offsetOf(position: Position): number | null {
    const { node, offset } = position;
    if (!this.root.contains(node)) return null;
    const piece = this.#pieceByNode.get(node);
    if (piece?.kind === "text") return piece.start + Math.min(offset, piece.length);
    // Between the children of an element: the start of what comes after, or the end of what comes before.
    const after = node.childNodes[offset];
    if (after) {
      const next = this.#pieces.find((piece) => piece.kind !== "line" && (after === piece.node || after.contains(piece.node)));
      if (next) return next.start;
      const line = this.#pieces.find((piece) => piece.kind === "line" && (after === piece.node || after.contains(piece.node)));
      if (line) return line.start;
    }
    const before = offset > 0 ? node.childNodes[offset - 1] : undefined;
    if (before) {
      const last = this.#pieces.findLast((piece) => before === piece.node || before.contains(piece.node));
      if (last) return last.start + last.length;
    }
    const inside = this.#pieces.find((piece) => piece.node === node || node.contains(piece.node));
    if (inside) return offset > 0 ? inside.start + inside.length : inside.start;
    return this.#precedingEnd(node);
  }

  #precedingEnd(node: Node): number {
    const before = this.#pieces.findLast(
      (piece) => (node.compareDocumentPosition(piece.node) & Node.DOCUMENT_POSITION_PRECEDING) !== 0,
    );
    return before ? before.start + before.length : 0;
  }

  /** The positions where a range over the span begins and ends. */
  positionsAround({ start, end }: Span): { from: Position; to: Position } {
    return { from: this.positionAt(start, "after"), to: this.positionAt(end, "before") };
  }
}
