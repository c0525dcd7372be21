/** A post that may become a long one: it is treated as what it is when it is assessed, checked, changed and posted. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { AssessmentClient } from "../../src/content/assessment-client.js";
import { clientFor } from "../../src/content/attach.js";
import { createEffects } from "../../src/content/effects.js";
import type { Composer } from "../../src/content/sites/site.js";
import { watchPosting } from "../../src/content/watch-posting.js";
import type { Surface } from "../../src/shared/wire.js";

const LIMIT = 280;
const SHORT = "We changed the label on every pallet, and fewer came back.";
const LONG = `${SHORT} ${"The drivers told us first, long before any report did. ".repeat(5)}`;
/** As X's adapter: only while the button is there. */
const assessAs = (text: string): Surface => (text.length > LIMIT && document.querySelector("button") ? "long-form" : "x-post");

beforeEach(() => {
  document.body.innerHTML = "<form><div contenteditable></div><button>Post</button></form>";
});
afterEach(() => document.body.replaceChildren());

it("is assessed and checked for spelling as the same", async () => {
  const asked: unknown[] = [];
  const inner = {
    assess: async (_draft: string, surface: Surface) => void asked.push(surface),
    grammar: async (_draft: string, _text: string, surface: Surface) => void asked.push(surface),
  };
  const client = clientFor({ assessAs }, inner as unknown as AssessmentClient);
  for (const text of [SHORT, LONG]) {
    await client.assess("d", "x-post", text, false);
    await client.grammar?.("d", text, "x-post");
  }
  expect(asked).toEqual(["x-post", "x-post", "long-form", "long-form"]);
});

it("has its rules turned off for what it was assessed as", async () => {
  const turnRule = vi.fn(async () => true);
  const context = { draft: "d", surface: "x-post", client: { turnRule }, dispatch: async () => undefined };
  const carryOut = createEffects(context as unknown as Parameters<typeof createEffects>[0]);
  const rule = "Repute.Hook";
  for (const surface of ["long-form", null]) await carryOut({ do: "turn-rule", off: { rule, surface }, isOff: true });
  expect(turnRule.mock.calls).toEqual([
    [{ rule: "Repute.Hook", surface: "long-form" }, true],
    [{ rule: "Repute.Hook", surface: null }, true],
  ]);
});

it.each([
  [SHORT, "x-post"],
  [LONG, "long-form"],
])("is posted as what it was when the rep clicked", async (text, expected) => {
  const [container, editor, button] = ["form", "div", "button"].map((name) => document.querySelector<HTMLElement>(name)!);
  const onPosted = vi.fn(() => false);
  const { signal } = new AbortController();
  watchPosting({
    composer: { adapter: "x", surface: "x-post", assessAs, editor, container, submit: "button" } as unknown as Composer,
    publishedLink: ":not(*)",
    read: () => text,
    signal,
    pageSignal: signal,
    onPosted,
    onLink: () => undefined,
  });
  const click = new MouseEvent("click", { bubbles: true, composed: true });
  Object.defineProperty(click, "isTrusted", { value: true });
  button!.dispatchEvent(click);
  container!.remove();
  await vi.waitFor(() => expect(onPosted.mock.calls).toEqual([[text, expected]]));
});
