/** A check of spelling and grammar that takes longer than a second is said to be running. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createEffects } from "../../src/content/effects.js";
import type { DraftEvent } from "../../src/draft/transition.js";
import type { GrammarResult } from "../../src/shared/grammar.js";
import type { Result } from "../../src/shared/result.js";

let message = "";
let respond: (result: Result<GrammarResult>) => void = () => undefined;
let events: DraftEvent[];
const NOTHING = { ok: { findings: [], ignored: [] } };

function check(): void {
  const dispatch = async (event: DraftEvent): Promise<void> => {
    events.push(event);
    if (event.type === "message") message = event.message;
  };
  const client = { grammar: () => new Promise((resolve) => (respond = resolve)) };
  const context = { draft: "d", surface: "x-post", client, message: () => message, dispatch };
  createEffects(context as unknown as Parameters<typeof createEffects>[0])({
    do: "check-grammar",
    request: 1,
    text: "Definate.",
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  message = "";
  events = [];
});
afterEach(() => void vi.useRealTimers());

it("says nothing about a quick check", async () => {
  check();
  await vi.advanceTimersByTimeAsync(999);
  respond(NOTHING);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(events).toEqual([{ type: "grammar-checked", request: 1, result: NOTHING }]);
});

it("says that a slow check is running until it is done", async () => {
  check();
  await vi.advanceTimersByTimeAsync(1_001);
  expect(message).toBe("grammar-loading");
  respond(NOTHING);
  await vi.advanceTimersByTimeAsync(0);
  expect(message).toBe("");
  expect(events.at(-1)).toMatchObject({ type: "grammar-checked" });
});

it("leaves what the card has said since then", async () => {
  check();
  await vi.advanceTimersByTimeAsync(1_001);
  message = "copied";
  respond({ error: "stale" });
  await vi.advanceTimersByTimeAsync(0);
  expect(message).toBe("copied");
});
