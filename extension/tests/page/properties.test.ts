/** What holds for every page, whatever the rep, the site and the worker do in which order. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { type PageEvent, type PageState, reducePage } from "../../src/page/reducer.js";
import { question, SITE } from "./site.js";

const KEYS = ["one", "two", "three"] as const;
const DRAFTS = ["a", "b"] as const;
const SENT = { state: "sent", share: { id: 3, state: "counted", entry: null, reason: null } } as const;

const key = fc.constantFrom(...KEYS);
const draft = fc.constantFrom(...DRAFTS);
const is = <T extends string>(type: T): fc.Arbitrary<T> => fc.constant(type);
const events: fc.Arbitrary<PageEvent[]> = fc.array(
  fc.oneof(
    fc.record({ type: is("entered"), draft }),
    fc.record({ type: is("left"), draft }),
    fc.record({ type: is("entered-unreadable") }),
    fc.record({ type: is("toggled"), isOpen: fc.boolean(), tip: fc.constantFrom("1", null) }),
    fc.record({ type: is("closed") }),
    fc.record({ type: is("posted"), question: key.map((posted) => question(posted)) }),
    fc.record({ type: is("link-found"), key, link: fc.constant("https://x.com/a/status/1") }),
    fc.record({
      type: is("answered"),
      choice: fc.constantFrom("this" as const, "always" as const, "never" as const, "not-this" as const),
      link: fc.constant(null),
    }),
    fc.record({ type: is("shared"), key, result: fc.constantFrom({ ok: SENT }, { error: "unreachable" as const }) }),
    fc.record({ type: is("outcome-expired"), key, cardHasFocus: fc.boolean() }),
    fc.record({ type: is("outcome-changed"), key, outcome: fc.constant(SENT) }),
    fc.record({ type: is("withdraw") }),
    fc.record({ type: is("withdrawn"), key }),
    fc.record({ type: is("dismissed") }),
    fc.record({
      type: is("site-changed"),
      site: fc
        .record({ paired: fc.boolean(), shareChoice: fc.constantFrom("ask" as const, "always" as const) })
        .map((change) => ({
          ...SITE,
          ...change,
        })),
    }),
  ),
  { maxLength: 40, size: "max" },
);

it("a post is shared only after its question, or by the rep's choice to share always", () => {
  fc.assert(
    fc.property(events, (sequence) => {
      let state: PageState = { site: SITE, active: null, isOpen: false, question: null };
      for (const event of sequence) {
        const before = state;
        const { state: next, effects } = reducePage(before, event);
        state = next;
        const shares = effects.filter((effect) => effect.do === "share");
        expect(shares.length).toBeLessThanOrEqual(1);
        for (const { share } of shares) {
          const isAnswer = event.type === "answered" && before.question?.prompt.state === "ask";
          const isAutomatic = event.type === "posted" && before.site.shareChoice === "always";
          expect(isAnswer || isAutomatic).toBe(true);
          expect(next.question).toMatchObject({ share: { key: share.key }, prompt: { state: "sending" } });
        }
        if (effects.some((effect) => effect.do === "withdraw")) expect(before.question?.prompt.state).toBe("sent");
        // Being sent, the question is neither closed nor dropped by anything but another post, its outcome or the rep.
        const isKept =
          event.type !== "posted" &&
          event.type !== "dismissed" &&
          event.type !== "shared" &&
          event.type !== "outcome-expired" &&
          event.type !== "withdrawn";
        if (before.question?.prompt.state === "sending" && isKept) expect(next.question).toBe(before.question);
        expect([...DRAFTS, null]).toContain(next.active);
        if (next !== before && event.type !== "entered-unreadable") expect(effects).not.toEqual([]);
      }
      expect(reducePage(state, { type: "ended" }).state).toMatchObject({ active: null, question: null });
    }),
    { numRuns: 300 },
  );
});
