import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CanonicalText } from "../../../src/content/text/canonical.js";

function editor(markup: string): HTMLElement {
  const root = document.createElement("div");
  root.innerHTML = markup;
  return root;
}

const read = (markup: string): string => new CanonicalText(editor(markup)).text;

describe("canonical text", () => {
  it.each([
    ["<p>one</p><p>two</p>", "one\ntwo"],
    ["<p>one</p><p><br></p><p>two</p>", "one\n\ntwo"],
    ["<p>one<br>two</p>", "one\ntwo"],
    ["<p>one<br></p><p>two</p>", "one\ntwo"],
    ["<p><br></p>", ""],
    ["", ""],
    ["plain\ntext", "plain\ntext"],
    ["<p>a\u00a0b</p>", "a b"],
    ['<p>go <img alt="\u{1F680}"> now</p>', "go \u{1F680} now"],
    ["<ul><li>a</li><li>b</li></ul><p>c</p>", "a\nb\nc"],
    ["<p>a <span>link</span><b></b> b</p>", "a link b"],
    ['<p>x<br class="ProseMirror-trailingBreak"></p>', "x"],
    [
      '<div data-contents="true"><div data-block="true"><div><span data-text="true">one</span></div></div>' +
        '<div data-block="true"><div><span><br data-text="true"></span></div></div></div>',
      "one\n",
    ],
  ])("reads %j as %j", (markup, text) => {
    expect(read(markup)).toBe(text);
  });
});

/** Trees like those that editors create: blocks with text, spans, breaks and emoji images, some of them empty. */
const piece = fc.oneof(
  fc
    .string({ unit: fc.constantFrom("a", "b", " ", "\u00a0", "\u00e9", "\u{1F44D}\u{1F3FD}"), minLength: 1, maxLength: 6 })
    .map((text) => ({ text })),
  fc.constantFrom("\u{1F680}", "\u{1F468}\u200d\u{1F469}\u200d\u{1F467}", "\u{1F1E9}\u{1F1EA}").map((alt) => ({ alt })),
  fc.constant({ br: true }),
);
const block = fc.array(fc.tuple(fc.boolean(), piece), { maxLength: 4 });

function buildTree(blocks: [boolean, { text?: string; alt?: string; br?: boolean }][][]): HTMLElement {
  const root = document.createElement("div");
  for (const pieces of blocks) {
    const p = document.createElement("p");
    if (pieces.length === 0) p.append(document.createElement("br"));
    for (const [wrapped, { text, alt, br }] of pieces) {
      const image = document.createElement("img");
      image.alt = alt ?? "";
      const node = br ? document.createElement("br") : alt ? image : document.createTextNode(text ?? "");
      const span = document.createElement("span");
      span.append(node);
      p.append(wrapped ? span : node);
    }
    root.append(p);
  }
  return root;
}

describe("offset map", () => {
  it("maps every offset to a position and back", () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 5 }), (blocks) => {
        const root = buildTree(blocks);
        const canonical = new CanonicalText(root);
        const inside = new Set<number>();
        let from = 0;
        for (const image of root.querySelectorAll("img")) {
          from = canonical.text.indexOf(image.alt, from);
          for (let offset = from + 1; offset < from + image.alt.length; offset += 1) inside.add(offset);
          from += image.alt.length;
        }
        for (let offset = 0; offset <= canonical.text.length; offset += 1) {
          // An emoji that is drawn as an image cannot be divided.
          if (inside.has(offset)) continue;
          for (const side of ["before", "after"] as const) {
            expect(
              canonical.offsetOf(canonical.positionAt(offset, side)),
              `${side} ${offset} of ${JSON.stringify(canonical.text)} in ${root.innerHTML}`,
            ).toBe(offset);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it("maps a span to a range over the same words", () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 4 }), fc.nat(), fc.nat(), (blocks, a, b) => {
        const root = buildTree(blocks.map((pieces) => pieces.filter(([, part]) => "text" in part)));
        const canonical = new CanonicalText(root);
        const [start, end] = [a % (canonical.text.length + 1), b % (canonical.text.length + 1)].sort((x, y) => x - y) as [
          number,
          number,
        ];
        const { from, to } = canonical.positionsAround({ start, end });
        const range = document.createRange();
        range.setStart(from.node, from.offset);
        range.setEnd(to.node, to.offset);
        const inRange = range.toString().replaceAll("\u00a0", " ");
        expect(inRange).toBe(canonical.text.slice(start, end).replaceAll("\n", ""));
      }),
      { numRuns: 400 },
    );
  });

  it("gives null for a position outside of the editor", () => {
    expect(new CanonicalText(editor("<p>a</p>")).offsetOf({ node: document.body, offset: 0 })).toBeNull();
  });

  it("maps a position between children", () => {
    const root = editor("<p>one</p><p>two</p>");
    const canonical = new CanonicalText(root);
    expect(canonical.offsetOf({ node: root, offset: 0 })).toBe(0);
    expect(canonical.offsetOf({ node: root, offset: 1 })).toBe(4);
    expect(canonical.offsetOf({ node: root, offset: 2 })).toBe(7);
    expect(canonical.offsetOf({ node: root.firstChild!, offset: 1 })).toBe(3);
  });
});
