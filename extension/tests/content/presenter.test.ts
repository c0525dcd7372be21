/** Where a draft is shown. Where the badge has room is tested in paint/badge-place.test.ts. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Presenter } from "../../src/content/presenter.js";
import { request } from "../../src/shared/protocol.js";
import type { DraftView } from "../../src/shared/view.js";

vi.mock("../../src/shared/protocol.js", async (original) => ({ ...(await original<object>()), request: vi.fn() }));

const VIEW = { status: "unreachable", surface: "x-post", prompt: null, tips: [], advice: [], keptWording: null } as unknown;
let presenter: Presenter;
let page: Element | null;

beforeEach(() => {
  vi.useFakeTimers();
  vi.mocked(request).mockClear();
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      observe(): void {}
      disconnect(): void {}
    },
  );
  HTMLElement.prototype.showPopover = () => undefined;
  HTMLElement.prototype.hidePopover = () => undefined;
  HTMLElement.prototype.matches = () => true;
  document.elementsFromPoint = () => (page ? [page] : []);
  const editor = document.createElement("div");
  editor.checkVisibility = () => true;
  editor.getBoundingClientRect = () => DOMRect.fromRect({ x: 100, y: 100, width: 400, height: 100 });
  document.body.append(editor);
  Object.defineProperty(document.documentElement, "clientWidth", { value: 1000, configurable: true });
  presenter = new Presenter({ act: vi.fn(), toggle: vi.fn(), close: vi.fn() }, () => ({ editor, container: editor }));
});

afterEach(() => {
  presenter.removeCard();
  document.body.replaceChildren();
  vi.useRealTimers();
});

it("shows on the toolbar button what the badge has no room for in the page, and only then", () => {
  page = document.createElement("button");
  page.getBoundingClientRect = () => DOMRect.fromRect({ x: 0, y: 0, width: 2_000, height: 2_000 });
  document.body.append(page);
  presenter.showCard(VIEW as DraftView, { open: false, organisation: "" });
  expect(vi.mocked(request).mock.calls).toEqual([["badge", { text: "!" }]]);
  page = null;
  vi.advanceTimersByTime(1_000);
  expect(vi.mocked(request).mock.calls.slice(1)).toEqual([["badge", { text: "" }]]);
});
