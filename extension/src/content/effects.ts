/** Carries out the effects of one draft's transitions: in the editor, on its underlines, by timers and by requests. */
import type { DraftEvent, Effect, Timer } from "../draft/transition.js";
import type { Underline } from "../draft/underlines.js";
import { copy } from "../shared/clipboard.js";
import type { DraftView } from "../shared/view.js";
import type { Surface } from "../shared/wire.js";
import type { WordingStep } from "../shared/wording-help.js";
import type { AssessmentClient } from "./assessment-client.js";
import type { Editor, Snapshot } from "./editors/editor.js";
import type { Marks } from "./paint/highlights.js";
import { reveal } from "./paint/reveal.js";

export interface EffectContext {
  draft: string;
  surface: Surface;
  editor: Editor;
  client: AssessmentClient;
  highlights: Marks;
  underlines: boolean;
  onChange: () => void;
  /** The editor as last read. */
  snapshot: () => Snapshot;
  underlined: () => Underline[];
  /** What the card says last. */
  message: () => DraftView["message"];
  dispatch: (event: DraftEvent) => Promise<void>;
}

/** A check that takes longer than this is said to be running: the first one loads the checker. */
const SLOW_CHECK_MS = 1_000;

type EffectHandlers = { [K in Effect["do"]]: (effect: Extract<Effect, { do: K }>) => unknown };

/** A function that carries out one effect. It returns a promise only for what the rep is waiting for after a choice of theirs. */
export function createEffects(context: EffectContext): (effect: Effect) => unknown {
  const { draft, surface, editor, client, highlights, onChange, dispatch } = context;
  const timers: Record<Timer, number> = { assess: 0, idle: 0 };
  let slowCheck = 0;
  const handlers: EffectHandlers = {
    "start-timer": ({ timer, ms }) => {
      clearTimeout(timers[timer]);
      timers[timer] = window.setTimeout(() => void dispatch({ type: "timer-fired", timer }), ms);
    },
    assess: ({ request, text, readAnyway }) => {
      void client.assess(draft, surface, text, readAnyway).then((result) => {
        void dispatch({ type: "assessed", request, result, hasFocus: editor.isFocused });
      });
    },
    "check-grammar": ({ request, text }) => {
      if (!client.grammar) return;
      clearTimeout(slowCheck);
      slowCheck = window.setTimeout(() => void dispatch({ type: "message", message: "grammar-loading" }), SLOW_CHECK_MS);
      const timer = slowCheck;
      void client.grammar(draft, text, surface).then((result) => {
        clearTimeout(timer);
        if (context.message() === "grammar-loading") void dispatch({ type: "message", message: "" });
        void dispatch({ type: "grammar-checked", request, result });
      });
    },
    compare: async ({ request, earlier, current }) => {
      const result = await client.compare(draft, surface, earlier, current);
      await dispatch({ type: "compared", request, result });
    },
    suggest: async ({ do: _, request, ...job }) => {
      const onStep = (step: WordingStep): void => void dispatch({ type: "suggestion-step", request, step });
      const result = await client.suggest(draft, { ...job, surface }, onStep);
      await dispatch({ type: "suggested", request, result });
    },
    "cancel-suggestion": () => client.cancelSuggestion(draft),
    cancel: () => client.cancel(draft),
    paint: () => {
      const { tree } = context.snapshot();
      if (!tree || !context.underlines) return;
      const marks = context.underlined().map(({ span, ...line }) => {
        return { ...line, ...tree.positionsAround(span), offset: span.start };
      });
      highlights.draw(marks);
    },
    show: () => onChange(),
    reveal: ({ span }) => {
      const { tree } = context.snapshot();
      if (tree) reveal(editor.element, tree.positionsAround(span));
    },
    replace: async ({ do: _, ...replacement }) => {
      const outcome = await editor.replace(replacement);
      await dispatch({ type: "replaced", outcome, replacement: replacement.replacement, now: performance.now() });
    },
    copy: ({ text }) => copy(text),
    ignore: ({ tip }) => client.ignore(tip),
    "restore-ignored": ({ tips }) => client.restoreIgnored(tips),
    "turn-rule": async ({ off, isOff }) => {
      const isSaved = await client.turnRule(off, isOff);
      await dispatch({ type: "rule-turned", off, isOff, hasFailed: !isSaved });
    },
    "remember-post": ({ rules }) => client.posted(rules),
    "restore-seen": ({ rules }) => client.restoreSeen(rules),
    stop: () => {
      for (const timer of [...Object.values(timers), slowCheck]) clearTimeout(timer);
      highlights.clear();
      client.cancel(draft);
      client.cancelSuggestion(draft);
    },
  };
  return (effect) => (handlers[effect.do] as (one: Effect) => unknown)(effect);
}
