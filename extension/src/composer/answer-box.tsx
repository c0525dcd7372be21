/** The coach's questions about the draft, one after the other. The rep's answer goes into the draft as it is, on their click. */
import { useRef, useState } from "preact/hooks";
import { getMessage } from "../shared/messages.js";
import type { Advice } from "../shared/wire.js";
import type { Where } from "./words-inserter.js";

interface AnswerBoxProps {
  advice: readonly Advice[];
  /** Inserts the answer into the draft. */
  insert: (words: string, where: Where) => void;
}

export const questionsOf = (advice: readonly Advice[]): string[] => [
  ...new Set(advice.map(({ question }) => question).filter((question) => question !== "")),
];

export function AnswerBox({ advice, insert }: AnswerBoxProps) {
  const [passed, setPassed] = useState<ReadonlySet<string>>(new Set());
  const [answer, setAnswer] = useState("");
  /** The question that the answer is to, which stays while it is written. */
  const [asked, setAsked] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const open = questionsOf(advice).filter((question) => !passed.has(question));
  const question = answer === "" ? open[0] : asked;
  if (question === undefined) return null;

  const pass = (): void => {
    setPassed(new Set([...passed, question]));
    setAnswer("");
    // With the next question; without one, the editor has the focus.
    if (open.some((other) => other !== question)) field.current?.focus({ preventScroll: true });
  };
  const add = (where: Where): void => {
    insert(answer, where);
    pass();
  };
  return (
    <section class="write-answer" aria-label={getMessage("write_answer")}>
      <label for="write-answer">
        <span class="write-facts">{getMessage("write_answer")}</span>
        {question}
      </label>
      <textarea
        id="write-answer"
        ref={field}
        rows={2}
        dir="auto"
        value={answer}
        aria-describedby="write-answer-hint"
        onInput={(event) => {
          setAsked(question);
          setAnswer(event.currentTarget.value);
        }}
      />
      <div class="write-idea-foot">
        <span id="write-answer-hint" class="write-hint">
          {getMessage("write_answer_hint")}
        </span>
        <div class="write-buttons">
          {open.length > 1 && (
            <button type="button" onClick={pass}>
              {getMessage("write_answer_next")}
            </button>
          )}
          <button type="button" disabled={answer.trim() === ""} onClick={() => add("caret")}>
            {getMessage("write_answer_caret")}
          </button>
          <button type="button" disabled={answer.trim() === ""} onClick={() => add("end")}>
            {getMessage("write_answer_end")}
          </button>
        </div>
      </div>
    </section>
  );
}
