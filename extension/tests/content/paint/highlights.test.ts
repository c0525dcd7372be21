import { afterEach, expect, it, vi } from "vitest";
import { Marks } from "../../../src/content/paint/highlights.js";

afterEach(() => vi.unstubAllGlobals());

it("finds the tip on a word before the one on the sentence around it, and no advice", () => {
  vi.stubGlobal("CSS", { highlights: new Map<string, Set<Range>>() });
  vi.stubGlobal("Highlight", class extends Set<Range> {});
  const editor = document.createElement("div");
  editor.textContent = "We leverage what both teams know.";
  document.body.append(editor);
  const node = editor.firstChild as Text;
  vi.spyOn(Range.prototype, "getClientRects").mockReturnValue([new DOMRect(0, 0, 100, 20)] as unknown as DOMRectList);

  const marks = new Marks(editor, new AbortController().signal);
  const mark = (id: string, from: number, to: number, tip: string | null = id) =>
    ({ offset: from, from: { node, offset: from }, to: { node, offset: to }, line: "tip", id, tip }) as const;
  marks.draw([mark("sentence", 0, 33), mark("word", 3, 11), mark("advice", 3, 5, null)]);

  expect(marks.tipsAt(10, 10)).toEqual(["word", "sentence"]);
  expect(marks.tipsAt(500, 10)).toEqual([]);
});
