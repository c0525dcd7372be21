/** The few changes that would raise the score most, or the advice to leave the text as it is. */
import type { ComponentChild } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { leaveOf, leversOf } from "../../shared/advice.js";
import { getCountMessage, getMessage } from "../../shared/messages.js";
import type { Act, AdviceView, DraftView } from "../../shared/view.js";
import type { Advice } from "../../shared/wire.js";
import { WordingHelp } from "./suggestion.js";

/** The advice on a draft. Pointing at one emphasizes its words in the draft, and a click brings them into view. */
export function DraftAdvice({ view, act }: { view: DraftView; act: Act }) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the list is removed, which sends no event of the pointer
  useLayoutEffect(() => () => act({ do: "emphasize", advice: null }), []);
  return (
    <AdviceList
      advice={view.advice.map(({ advice }) => advice)}
      item={(advice) => {
        const words = view.advice.find((shown) => shown.advice === advice)?.words ?? [];
        return words.length > 0 ? (
          <LocatedItem key={advice.code} advice={advice} words={words} areQuoted={!view.isUnderlined} act={act}>
            <WordingHelp view={view} advice={advice} act={act} />
          </LocatedItem>
        ) : (
          <li class="advice" key={advice.code}>
            <AdviceText advice={advice} scope={advice.spans.length === 0 ? getMessage("advice_whole") : ""} />
            {advice.spans.length === 0 && <WordingHelp view={view} advice={advice} act={act} />}
          </li>
        );
      }}
    />
  );
}

/** The advice on a profile, whose sections are shown elsewhere. */
export function ProfileAdvice({ advice }: { advice: readonly Advice[] }) {
  return (
    <AdviceList
      advice={advice}
      item={(lever) => (
        <li class="advice" key={lever.code}>
          <AdviceText advice={lever} />
        </li>
      )}
    />
  );
}

interface AdviceListProps {
  advice: readonly Advice[];
  item: (advice: Advice) => ComponentChild;
}

function AdviceList({ advice, item }: AdviceListProps) {
  const leave = leaveOf(advice);
  if (leave) return <p class="advice-leave">{leave.message}</p>;
  const levers = leversOf(advice);
  if (levers.length === 0) return null;
  return (
    <section aria-labelledby="advice">
      <h2 class="ui-section-heading" id="advice">
        {getMessage("advice_title")}
      </h2>
      <ol class="advice-list">{levers.map(item)}</ol>
    </section>
  );
}

type LocatedItemProps = AdviceView & {
  /** Whether the words are quoted, because they are not underlined in the draft. */
  areQuoted: boolean;
  act: Act;
  children: ComponentChild;
};

function LocatedItem({ advice, words, areQuoted, act, children }: LocatedItemProps) {
  const emphasize = (isOn: boolean): void => act({ do: "emphasize", advice: isOn ? advice.code : null });
  return (
    <li class="advice" onMouseEnter={() => emphasize(true)} onMouseLeave={() => emphasize(false)}>
      <AdviceText advice={advice} show={() => act({ do: "show-advice", advice: advice.code })} emphasize={emphasize} />
      <div class={areQuoted ? "advice-quotes" : "ui-visually-hidden"}>
        {words.map((quote, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two places may have the same words, and a quote has no state
          <blockquote class="tip-quote" dir="auto" key={index}>
            {quote}
          </blockquote>
        ))}
      </div>
      {children}
    </li>
  );
}

interface AdviceTextProps {
  advice: Advice;
  /** What it is about, unless that is shown in another way. */
  scope?: string;
  /** Brings its words into view; absent without any. */
  show?: () => void;
  emphasize?: (isOn: boolean) => void;
}

function AdviceText({ advice: { code, message, question, worth }, scope = "", show, emphasize }: AdviceTextProps) {
  const facts = [worth > 0 ? getCountMessage("advice_worth", worth) : "", scope].filter((fact) => fact !== "");
  return (
    <>
      {show ? (
        <button
          class="advice-message advice-show"
          aria-describedby={`advice-${code}`}
          title={getMessage("advice_show")}
          onClick={show}
          onFocus={() => emphasize?.(true)}
          onBlur={() => emphasize?.(false)}
        >
          {message}
        </button>
      ) : (
        <p class="advice-message">{message}</p>
      )}
      <div id={`advice-${code}`}>
        {question && <p class="advice-question">{question}</p>}
        {facts.length > 0 && <p class="ui-muted">{facts.join(" · ")}</p>}
      </div>
    </>
  );
}
