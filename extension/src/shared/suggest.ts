/** From a piece of advice to a suggestion: asked for, checked for facts that the draft does not have, and scored by the coach. */
import { findProtected } from "../content/text/protected.js";
import { checkFacts } from "./added-facts.js";
import { getMessage } from "./messages.js";
import type { Result } from "./result.js";
import type { Assessment } from "./wire.js";
import { maxAnswer, type Suggested, type WordingJob, type WordingStep } from "./wording-help.js";

export interface Sources {
  /** The wording as the model gave it. */
  ask: (job: WordingJob, onStep: (step: WordingStep) => void) => Promise<Result<string>>;
  /** Assesses `text`, compared with `previous`. */
  score: (text: string, previous: string) => Promise<Result<Assessment>>;
}

const QUOTED = /^["“”«„](.*)["“”»]$/su;

export async function suggest(
  job: WordingJob,
  { ask, score }: Sources,
  onStep: (step: WordingStep) => void,
): Promise<Result<Suggested>> {
  const answered = await ask(job, onStep);
  if (!("ok" in answered)) return answered;
  const checked = checkAnswer(answered.ok, job);
  if (!("ok" in checked)) return checked;
  const { text, span, passage } = job;
  const suggested = text.slice(0, span.start) + checked.ok.text + text.slice(span.end);
  // The rep's draft has no protected sentence, but a model may write one: it does not leave the device either.
  if (findProtected(suggested).sentences.length > 0) return refused("wording_invented");
  onStep({ step: "scoring" });
  const scored = await score(suggested, text);
  // The suggestion is worth showing even if the coach cannot be reached just now.
  if (!("ok" in scored) && scored.error !== "unreachable" && scored.error !== "busy") return scored;
  const assessment = "ok" in scored ? scored.ok : null;
  if (assessment && assessment.gate.state === "protected") return refused("wording_invented");
  const { length } = assessment ?? { length: null };
  return {
    ok: {
      span,
      before: passage,
      after: checked.ok.text,
      blanks: checked.ok.blanks,
      doubtful: checked.ok.doubtful,
      assessment: assessment && { score: assessment.score, band: assessment.band },
      comparison: assessment?.comparison ?? null,
      isTooLong: length !== null && length.used > length.limit,
    },
  };
}

/** The answer as plain text in the form of the passage, without facts that the draft does not have. */
export function checkAnswer(
  answer: string,
  { text: draft, passage }: WordingJob,
): Result<{ text: string; blanks: number; doubtful: string[] }> {
  const text = inForm(answer, passage);
  if (text === "" || answer.length > maxAnswer(passage)) return refused("wording_unusable");
  const checked = checkFacts(text, draft);
  if ("invented" in checked) return refused("wording_invented");
  return checked.text === passage ? refused("wording_same") : { ok: checked };
}

/** Without quotation marks and Markdown that the passage does not have, and with no more line breaks than it has. */
function inForm(answer: string, passage: string): string {
  let text = answer.trim();
  if (!QUOTED.test(passage)) text = text.replace(QUOTED, "$1").trim();
  if (!passage.includes("*")) text = text.replaceAll(/\*{1,3}([^*\n]+)\*{1,3}/gu, "$1");
  if (!/^[#>-]/u.test(passage)) text = text.replace(/^(?:#{1,6}|[>-])\s+/u, "");
  return passage.includes("\n") ? text.replaceAll(/\n{3,}/gu, "\n\n") : text.replaceAll(/\s+/gu, " ");
}

const refused = (message: "wording_unusable" | "wording_invented" | "wording_same"): Result<never> => ({
  error: "refused",
  detail: getMessage(message),
});
