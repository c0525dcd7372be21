/** What holds for every draft, whatever happens in which order; and that the checks find faults. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Reduce, reduce } from "../../src/draft/reducer.js";
import { CHUNKS } from "./fake-server.js";
import { type Step, World } from "./world.js";

const ERRORS = ["unreachable", "busy", "refused", "stale", "invalid-answer", "no-consent", "reloaded"] as const;
const CHOICES = [
  "restore-ignored",
  "toggle-seen",
  "restore-seen",
  "read-anyway",
  "retry",
  "keep-wording",
  "compare",
  "discard-wording",
  "drop-suggestion",
] as const;

const number = fc.nat(200);
const typed: fc.Arbitrary<Step> = fc.record({
  step: fc.constant("type" as const),
  chunk: fc.nat(CHUNKS.length - 1),
  at: number,
  removed: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(12)),
});
const responded: fc.Arbitrary<Step> = fc.record({
  step: fc.constant("respond" as const),
  which: number,
  error: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, fc.constantFrom(...ERRORS)),
  hasFocus: fc.boolean(),
});
const waited: fc.Arbitrary<Step> = fc.record({
  step: fc.constant("wait" as const),
  timer: fc.oneof({ weight: 4, arbitrary: fc.constant("assess" as const) }, fc.constant("idle" as const)),
});
const chosen: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ step: fc.constant("apply" as const), tip: number, isRefused: fc.boolean() }),
  fc.constant<Step>({ step: "suggest" }),
  fc.record({ step: fc.constant("use-suggestion" as const), isRefused: fc.boolean() }),
  fc.record({ step: fc.constant("tip" as const), do: fc.constantFrom("ignore" as const, "select" as const), tip: number }),
  fc.record({ step: fc.constant("turn-off" as const), tip: number, everywhere: fc.boolean(), isSaved: fc.boolean() }),
  fc.record({ step: fc.constant("turn-on" as const), rule: number, isSaved: fc.boolean() }),
  fc.record({ step: fc.constant("choose" as const), do: fc.constantFrom(...CHOICES) }),
  fc.record({ step: fc.constant("point" as const), at: fc.constantFrom("fact" as const, null) }),
);
const other: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ step: fc.constant("page-writes" as const), chunk: number }),
  fc.record({ step: fc.constant("move-caret" as const), at: number, hasFocus: fc.boolean() }),
  fc.record({ step: fc.constant("compose" as const), isComposing: fc.boolean() }),
  fc.record({
    step: fc.constant("access" as const),
    isPaired: fc.boolean(),
    checksGrammar: fc.boolean(),
    hasHelp: fc.boolean(),
  }),
  fc.constantFrom<Step>({ step: "click" }, { step: "clear" }, { step: "post" }),
);
const pointed: fc.Arbitrary<Step> = fc.record({
  step: fc.constant("list" as const),
  by: fc.constantFrom("pointer" as const, "focus" as const),
  isInside: fc.oneof({ weight: 2, arbitrary: fc.constant(true) }, fc.constant(false)),
});
const undone: fc.Arbitrary<Step> = fc.constant({ step: "undo" });
const ended: fc.Arbitrary<Step> = fc.constant({ step: "end" });
const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: typed },
    { weight: 8, arbitrary: waited },
    { weight: 8, arbitrary: responded },
    { weight: 5, arbitrary: chosen },
    { weight: 4, arbitrary: other },
    { weight: 3, arbitrary: pointed },
    { weight: 4, arbitrary: undone },
    { weight: 1, arbitrary: fc.oneof({ weight: 9, arbitrary: other }, ended) },
  ),
  { maxLength: 60, size: "max" },
);

const always = (reducer: Reduce): fc.IProperty<[Step[]]> =>
  fc.property(steps, (sequence) => {
    const world = new World(reducer);
    for (const step of sequence) world.take(step);
    world.settle();
  });

it("what must always hold does, in 500 random sequences of events", () => {
  fc.assert(always(reduce), { numRuns: 500 });
});

/** `reduce` with one faulty transition. */
const FAULTS: Record<string, Reduce> = {
  "tips stay where they are while the text moves": (state, event) => {
    const { state: next, effects } = reduce(state, event);
    return { state: event.type === "editor-read" ? { ...next, tips: state.tips } : next, effects };
  },
  "advice stays although its words have changed": (state, event) => {
    const { state: next, effects } = reduce(state, event);
    return { state: event.type === "editor-read" ? { ...next, advice: state.advice } : next, effects };
  },
  "a suggestion stays although the text is another one": (state, event) => {
    const { state: next, effects } = reduce(state, event);
    return { state: event.type === "editor-read" ? { ...next, suggestion: state.suggestion } : next, effects };
  },
  "a wording is asked for although help is off": (state, event) => {
    const help = { mode: "endpoint", company: "" } as const;
    return reduce({ ...state, access: { ...state.access, wordingHelp: help } }, event);
  },
  "protected sentences are sent": (state, event) =>
    reduce(event.type === "timer-fired" ? { ...state, readAnyway: true } : state, event),
  "a late response counts as that to the latest request": (state, event) =>
    reduce(state, event.type === "assessed" && state.assessing ? { ...event, request: state.assessing.id } : event),
  "an unpaired browser sends": (state, event) => reduce({ ...state, access: { ...state.access, isPaired: true } }, event),
  "a draft goes on after its end": (state, event) => reduce({ ...state, hasEnded: false }, event),
  "text that the page wrote is sent": (state, event) =>
    reduce(event.type === "timer-fired" ? { ...state, userText: { ...state.userText, text: state.text } } : state, event),
  "composed text is sent": (state, event) => reduce({ ...state, typing: { ...state.typing, isComposing: false } }, event),
  "a tip is applied without a choice": (state, event) => {
    const { state: next, effects } = reduce(state, event);
    const [first] = next.tips.coach;
    if (event.type !== "assessed" || !first?.span) return { state: next, effects };
    const { span, tip } = first;
    return { state: next, effects: [...effects, { do: "replace", span, words: tip.words, replacement: "", caret: null }] };
  },
  "a row moves under the pointer": (state, event) => {
    const { state: next, effects } = reduce(state, event);
    return { state: event.type === "assessed" ? { ...next, held: null } : next, effects };
  },
  "a list is held although pointer and focus have left": (state, event) => {
    const { state: next, effects } = reduce(state, event);
    return { state: { ...next, held: next.held ?? state.held }, effects };
  },
  "a rule stays off in the draft although the server did not save it": (state, event) =>
    event.type === "rule-turned" ? reduce(state, { ...event, hasFailed: false }) : reduce(state, event),
  "a browser that is paired again does not send what waited": (state, event) =>
    event.type === "access-changed" ? { state: { ...state, access: event.access }, effects: [] } : reduce(state, event),
};

describe("the checks find that", () => {
  it.each(Object.entries(FAULTS))("%s", (_fault, faulty) => {
    expect(fc.check(always(faulty), { numRuns: 2_000, seed: 25, endOnFailure: true }).failed).toBe(true);
  });
});
