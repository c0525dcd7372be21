/** Which clicks in the card count. What covers it is tested in a browser (tests/browser/test_hostile.py). */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ClickGuard } from "../../../src/content/paint/click-guard.js";

let report: (isVisible: boolean | undefined) => void;
let frames: ((now: number) => void)[] = [];
let now = 0;
let refused = 0;
let clicked = 0;
/** How often the browser was asked to report what covers the card. */
let observed = 0;
let host: HTMLElement;
let card: HTMLElement;
let button: HTMLElement;
let guard: ClickGuard;
let end: AbortController;

/** Paints frames until `ms` have passed. */
function paint(ms: number): void {
  for (const until = now + ms; now < until; now += 20) for (const frame of frames.splice(0)) frame(now);
}

function click(isTrusted = true): void {
  const event = new MouseEvent("click", { bubbles: true, composed: true });
  Object.defineProperty(event, "isTrusted", { value: isTrusted });
  button.dispatchEvent(event);
}

beforeEach(() => {
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      constructor(callback: (entries: { isVisible: boolean | undefined }[]) => void) {
        report = (isVisible) => callback([{ isVisible }]);
      }
      observe(): void {
        observed += 1;
      }
      disconnect(): void {}
    },
  );
  vi.stubGlobal("requestAnimationFrame", (frame: (now: number) => void) => frames.push(frame));
  vi.stubGlobal("cancelAnimationFrame", (id: number) => frames.splice(id - 1, 1));
  [frames, now, refused, clicked, observed] = [[], 1_000, 0, 0, 0];
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  host = document.createElement("rp-card");
  host.matches = (selector) => selector === ":popover-open";
  [host.showPopover, host.hidePopover] = [vi.fn(), vi.fn()];
  const root = host.attachShadow({ mode: "open" });
  card = document.createElement("div");
  button = document.createElement("button");
  button.addEventListener("click", () => {
    clicked += 1;
  });
  card.append(button);
  root.append(card);
  document.body.append(host);
  end = new AbortController();
  guard = new ClickGuard(
    host,
    root,
    () => {
      refused += 1;
    },
    end.signal,
  );
  guard.watch(card);
});

afterEach(() => {
  end.abort();
  host.remove();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("a click counts once the card has been visible for a while", () => {
  paint(500);
  click();
  expect([clicked, refused], "the browser has not said yet that it is visible").toEqual([0, 1]);
  report(true);
  paint(200);
  click();
  expect([clicked, refused]).toEqual([0, 2]);
  paint(200);
  click();
  expect([clicked, refused]).toEqual([1, 2]);
  expect(frames, "no frame is requested while nothing changes").toEqual([]);
});

it("and no longer once something covers it, which puts the card on top", () => {
  report(true);
  paint(400);
  report(false);
  click();
  expect([clicked, refused]).toEqual([0, 1]);
  expect(host.showPopover).toHaveBeenCalledOnce();
  report(true);
  paint(400);
  click();
  expect(clicked).toBe(1);
});

function type(isTrusted = true): void {
  const event = new Event("beforeinput", { bubbles: true });
  Object.defineProperty(event, "isTrusted", { value: isTrusted });
  document.body.dispatchEvent(event);
}

it("while the rep types, the browser reports nothing, and no click counts", () => {
  report(true);
  paint(400);
  for (const _ of [1, 2, 3]) {
    type();
    vi.advanceTimersByTime(150);
  }
  expect(observed).toBe(1);
  click();
  expect([clicked, refused]).toEqual([0, 1]);
  vi.advanceTimersByTime(50);
  expect(observed, "the keys rest").toBe(2);
  paint(400);
  click();
  expect([clicked, refused], "the browser has not said yet that it is visible").toEqual([0, 2]);
  report(true);
  paint(400);
  click();
  expect(clicked).toBe(1);
});

it("a page cannot keep clicks from counting by events that look like typing", () => {
  report(true);
  paint(400);
  type(false);
  click();
  expect(clicked).toBe(1);
});

it.each(["pointermove", "pointerdown", "focusin"])("it reports again at once after %s", (event) => {
  type();
  expect(observed).toBe(1);
  document.body.dispatchEvent(new Event(event, { bubbles: true }));
  expect(observed).toBe(2);
  vi.advanceTimersByTime(1_000);
  expect(observed, "once").toBe(2);
});

it("a card that has just moved, or shows something else, is not the one that the rep saw", () => {
  report(true);
  guard.watch(card, "ask");
  paint(400);
  guard.watch(card, "sent");
  click();
  expect([clicked, refused]).toEqual([0, 1]);
  guard.watch(card);
  paint(400);
  refused = 0;
  card.style.left = "80px";
  guard.watch(card);
  click();
  expect([clicked, refused]).toEqual([0, 1]);
  expect(host.showPopover).not.toHaveBeenCalled();
  paint(400);
  guard.watch(card);
  click();
  expect(clicked).toBe(1);
});

it("an event that a script dispatched never counts, and is not remarked", () => {
  report(true);
  paint(400);
  click(false);
  expect([clicked, refused]).toEqual([0, 0]);
});

it("where the browser cannot tell, anything in the top layer over the card keeps clicks from counting", () => {
  report(undefined);
  paint(400);
  const lure = document.createElement("div");
  lure.append(document.createElement("p"));
  const box = { left: 0, top: 0, right: 20, bottom: 20 } as DOMRect;
  card.getBoundingClientRect = () => box;
  lure.getBoundingClientRect = () => ({ ...box, left: 30, right: 40 });
  lure.querySelector("p")!.getBoundingClientRect = () => ({ ...box, left: 30, right: 40 });
  vi.spyOn(document, "querySelectorAll").mockReturnValue([host, lure] as unknown as NodeListOf<Element>);
  click();
  expect([clicked, refused], "it lies beside the card").toEqual([1, 0]);
  lure.querySelector("p")!.getBoundingClientRect = () => box;
  click();
  expect([clicked, refused]).toEqual([1, 1]);
  // It is gone before the click, but the pointer met it.
  paint(400);
  card.dispatchEvent(new MouseEvent("pointermove", { bubbles: true, composed: true }));
  vi.restoreAllMocks();
  click();
  expect([clicked, refused]).toEqual([1, 2]);
});
