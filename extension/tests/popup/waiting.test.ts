/** Shares that wait, in the popup and in the card: the same sentence for each reason, and what the rep can do. */
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ShareOutcome } from "../../src/content/paint/share-prompt.js";
import { Waiting } from "../../src/popup/waiting.js";
import type { ClientState } from "../../src/shared/protocol.js";
import { WAITING_REASONS, type WaitingReason, type WaitingShares } from "../../src/shared/waiting.js";

const BEGINNINGS: Record<WaitingReason, string> = {
  notice: "read the privacy notice once, and your posts can earn credit",
  clock: "this computer's clock is more than a day ahead",
  unpaired: "this browser is no longer connected",
  offline: "this computer is offline",
  unreachable: "the server cannot be reached",
  busy: "the server is busy",
  "too-many": "a lot was sent within a short time",
  "server-problem": "the server has a problem",
  sending: "sending has begun",
};
const RETRYABLE: readonly WaitingReason[] = ["notice", "clock", "unreachable", "busy", "server-problem"];

let box: HTMLElement;
const sendMessage = vi.fn();
beforeEach(() => {
  sendMessage.mockReset();
  vi.stubGlobal("chrome", { runtime: { id: "extension", sendMessage } });
  box = document.createElement("div");
});
afterEach(() => vi.unstubAllGlobals());

/** The popup's part with these shares, which changes with the answers to its requests. */
const show = (...waiting: WaitingShares[]): void => {
  const draw = (state: ClientState): Promise<void> => act(() => render(h(Waiting, { state, setState: draw }), box));
  void draw({ waiting } as unknown as ClientState);
};
const sentences = (): (string | null)[] => [...box.querySelectorAll(".popup-reason p")].map(({ textContent }) => textContent);
const button = (name: string): HTMLButtonElement | undefined =>
  [...box.querySelectorAll("button")].find(({ textContent }) => textContent === name);
const outcome = (): string | null | undefined => box.querySelector(".popup-outcome")?.textContent;

it.each(WAITING_REASONS)("%s: the card and the popup say the same, and offer what helps", (reason) => {
  show({ reason, count: 1 });
  const inCard = document.createElement("div");
  render(h(ShareOutcome, { prompt: { state: "waiting", reason }, act: vi.fn() }), inCard);
  const said = inCard.querySelector(".share-waiting")?.textContent ?? "";
  expect(said).toMatch(new RegExp(`^Waiting: ${BEGINNINGS[reason]}`));
  expect(sentences()).toEqual([said.replace("Waiting: ", "1 post is waiting: ")]);
  const notice = (root: HTMLElement): boolean => (root.textContent ?? "").includes("Open notice");
  expect([notice(inCard), notice(box)]).toEqual([reason === "notice", reason === "notice"]);
  expect(button("Try again") !== undefined).toBe(RETRYABLE.includes(reason));
});

it("has one sentence for each reason and one button for all", () => {
  show({ reason: "notice", count: 2 }, { reason: "clock", count: 1 }, { reason: "server-problem", count: 1 });
  expect(sentences().map((sentence) => sentence?.split(":")[0])).toEqual([
    "2 posts are waiting",
    "1 post is waiting",
    "1 post is waiting",
  ]);
  expect([...box.querySelectorAll("button")].map(({ textContent }) => textContent)).toEqual(["Open notice", "Try again"]);
});

it("says whether another attempt helped", async () => {
  const waiting: WaitingShares[] = [{ reason: "busy", count: 1 }];
  show(...waiting);
  sendMessage.mockResolvedValueOnce({ ok: { waiting } }).mockResolvedValueOnce({ ok: { waiting: [] } });
  await act(async () => button("Try again")?.click());
  await vi.waitFor(() => expect(outcome()).toBe("Tried just now: still waiting."));
  await act(async () => button("Try again")?.click());
  await vi.waitFor(() => expect(outcome()).toBe("Nothing is waiting any more."));
  expect(sendMessage.mock.calls.map(([message]) => message.kind)).toEqual(["retry-shares", "retry-shares"]);
});
