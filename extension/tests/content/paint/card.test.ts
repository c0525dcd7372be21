/** The tabs of the card: only those that have something to show for this draft. */
import { h, render } from "preact";
import { beforeEach, expect, it, vi } from "vitest";
import { Card } from "../../../src/content/paint/card.js";
import { reduce } from "../../../src/draft/reducer.js";
import type { Surface } from "../../../src/shared/wire.js";
import { Driver } from "../../draft/driver.js";

const DRAFT = "We changed the label on every pallet, and fewer came back.";
const LONGER = `${DRAFT} It took us a spring to see why.`;

let box: HTMLElement;
let draft: Driver;
beforeEach(() => {
  box = document.createElement("div");
  draft = new Driver(reduce);
});

const show = (): void => render(h(Card, { view: draft.view, act: vi.fn(), organisation: "Harbour" }), box);
const tabs = (): (string | null)[] => [...box.querySelectorAll('[role="tab"]')].map(({ textContent }) => textContent);

it.each([
  ["x-post", ["Tips", "Score", "Preview", "Compare"]],
  ["other-post", ["Tips", "Score", "Preview"]],
  ["other-comment", ["Tips", "Score", "Preview"]],
] as [Surface, string[]][])("for %s", (surface, expected) => {
  draft.assess(DRAFT, { surface });
  show();
  expect(tabs()).toEqual(expected);
});

it("has a kept wording, but no comparison, once a post has become a long one", () => {
  draft.assess(DRAFT, { surface: "x-post" });
  draft.choose({ do: "keep-wording" });
  draft.assess(LONGER, { surface: "long-form", score: null, band: null });
  show();
  const compare = box.querySelector<HTMLButtonElement>("#tab-compare");
  compare?.click();
  return vi.waitFor(() => {
    expect(box.querySelector(".compare")?.textContent).toContain(DRAFT);
    expect(box.querySelector(".compare .ui-primary")).toBeNull();
  });
});

it("says why a long post is not asked about after posting", () => {
  const note = "Scores are for posts, so an article or a long post gets tips only";
  draft.assess(DRAFT, { surface: "long-form", score: null, band: null, note, note_code: "no-score" });
  show();
  expect(box.querySelector(".ui-empty")?.textContent).toBe(
    `${note}Without a score it cannot earn credit, so you are not asked about it after posting.`,
  );
  draft.assess(LONGER, { score: null, band: null, note: "Too short", note_code: "too-short" });
  show();
  expect(box.querySelector(".ui-empty")?.textContent).toBe("Too shortWrite one more sentence.");
});
