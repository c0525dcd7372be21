/** When it is decided again where the badge is. What is painted at a point is given here. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { BadgePlace, type Layout } from "../../../src/content/paint/badge-place.js";
import type { Box } from "../../../src/content/paint/badge-spot.js";

const SIZES = { full: { width: 180, height: 38 }, compact: { width: 38, height: 38 } };
const rectangle = (left: number, top: number, right: number, bottom: number): DOMRect =>
  DOMRect.fromRect({ x: left, y: top, width: right - left, height: bottom - top });

let layout: Layout;
let own: HTMLElement;
let place: BadgePlace;
let end: AbortController;
let due: number;
/** What the page consists of, the uppermost first. */
let painted: [Element, DOMRect][];

const add = (name: string, box: DOMRect, parent: Element = document.body): HTMLElement => {
  const element = document.createElement(name);
  element.getBoundingClientRect = () => box;
  element.checkVisibility = () => true;
  parent.append(element);
  painted.unshift([element, box]);
  return element;
};
const decide = () => place.decide(layout, SIZES);
const decided = (): Box => {
  const found = decide();
  if (found === null || found === "no-room") throw new Error(`there is no badge: ${found}`);
  return found.box;
};
const moveBy = (pixels: number): void => {
  const by = ({ left, top, right, bottom }: Box): Box => ({ left, top: top + pixels, right, bottom: bottom + pixels });
  layout = { ...layout, editor: by(layout.editor), container: by(layout.container) };
};

beforeEach(() => {
  vi.useFakeTimers();
  painted = [];
  [window.innerHeight, due] = [760, 0];
  Object.defineProperty(document.documentElement, "clientWidth", { value: 1200, configurable: true });
  document.elementsFromPoint = (x, y) =>
    painted.filter(([, at]) => at.left <= x && x < at.right && at.top <= y && y < at.bottom).map(([element]) => element);
  const container = add("section", rectangle(300, 100, 700, 500));
  const editor = add("div", rectangle(320, 160, 680, 300), container);
  layout = {
    element: editor,
    around: container,
    editor: rectangle(320, 160, 680, 300),
    container: rectangle(300, 100, 700, 500),
  };
  own = document.createElement("rp-card");
  end = new AbortController();
  place = new BadgePlace(own, () => (due += 1), end.signal);
});

afterEach(() => {
  end.abort();
  document.body.replaceChildren();
  vi.useRealTimers();
});

it.each(["pointerdown", "focusin", "a change of the draft"])(
  "goes away after %s from a control that has opened under it",
  (what) => {
    const before = decided();
    add("button", rectangle(before.left + 10, before.top, before.left + 60, before.top + 20));
    expect(decided()).toEqual(before);
    for (const _ of [1, 2, 3]) {
      if (what.startsWith("a ")) place.checkSoon();
      else document.body.dispatchEvent(new Event(what, { bubbles: true }));
    }
    expect(due).toBe(0);
    vi.advanceTimersByTime(200);
    expect(due).toBe(1);
    expect(decided()).not.toEqual(before);
  },
);

it("does not move for what has opened if that is no control", () => {
  const before = decided();
  add("div", rectangle(before.left, before.top, before.right, before.bottom)).textContent = "News";
  place.checkSoon();
  vi.advanceTimersByTime(200);
  expect(decided()).toEqual(before);
});

it("covers no disabled button of the box, though the browser does not find it", () => {
  const before = decided();
  const button = add("button", rectangle(before.left, before.top, before.left + 60, before.bottom), layout.around!);
  button.style.pointerEvents = "none";
  painted.shift();
  place.checkSoon();
  vi.advanceTimersByTime(200);
  expect(decided()).not.toEqual(before);
});

it("moves with the editor while the page scrolls, and is placed again after that", () => {
  const before = decided();
  add("a", rectangle(700, 0, 1200, 60)).setAttribute("href", "#");
  for (const _ of [1, 2, 3, 4]) {
    moveBy(-20);
    place.onScroll(document);
    vi.advanceTimersByTime(100);
    expect(decided()).toEqual({ ...before, top: layout.container.top, bottom: layout.container.top + 38 });
  }
  expect(due).toBe(0);
  vi.advanceTimersByTime(150);
  expect(due).toBe(1);
  expect(decided().right).toBeLessThan(300);
});

it("is not hidden or held by a scroll inside the editor", () => {
  decided();
  place.onScroll(layout.element);
  vi.advanceTimersByTime(1_000);
  expect(due).toBe(0);
});

it("stays while the draft grows, and then is not on the empty part of a bar that stays in place", () => {
  const before = decided();
  const bar = add("header", rectangle(0, before.top, 1200, before.bottom));
  bar.style.position = "sticky";
  layout = { ...layout, editor: rectangle(320, 160, 680, 310) };
  expect(decided(), "the page is not searched with every key").toEqual(before);
  vi.advanceTimersByTime(100);
  layout = { ...layout, editor: rectangle(320, 160, 680, 320) };
  expect(decided()).toEqual(before);
  vi.advanceTimersByTime(199);
  expect(due).toBe(0);
  vi.advanceTimersByTime(1);
  expect(due, "but once they rest").toBe(1);
  const next = decide();
  expect(next).toMatchObject({ isCompact: false });
  expect(next).not.toMatchObject({ box: { top: before.top } });
});

it("says so if it would cover a control everywhere, until it does not", () => {
  const button = add("button", rectangle(0, 0, 1201, 761));
  expect(decide()).toBe("no-room");
  painted = painted.filter(([element]) => element !== button);
  place.checkSoon();
  vi.advanceTimersByTime(200);
  expect(decide()).toMatchObject({ isCompact: false });
});
