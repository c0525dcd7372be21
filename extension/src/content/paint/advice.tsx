/** The few changes that would raise the score most, the largest in full, or the advice to leave the text as it is. */
import type { ComponentChild } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { leaveOf, leversOf } from "../../shared/advice.js";
import { getCountMessage, getMessage } from "../../shared/messages.js";
import type { Act, AdviceView, DraftView } from "../../shared/view.js";
import type { Advice } from "../../shared/wire.js";
import { WordingHelp } from "./suggestion.js";

/** The advice on a draft. Pointing at one emphasizes its words in the draft, and a click brings them into view. */
export function DraftAdvice({ view, act }: { view: DraftView; act: Act }) {
  const isHeld = view.assessment?.gate.state === "held";
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the list is removed, which sends no event of the pointer
  useLayoutEffect(() => () => act({ do: "emphasize", advice: null }), []);
  return (
    <AdviceList
      advice={view.advice.map(({ advice }) => advice)}
      // What holds the credit comes first, and is named above.
      title={getMessage(isHeld ? "advice_title_held" : "advice_title")}
      hasTips={view.tips.some(({ seen, gone }) => !seen && gone === null)}
      item={(advice, isFirst) => {
        const shown = view.advice.find((item) => item.advice === advice);
        if (!shown) return null;
        const Lever = isFirst ? FirstLever : OtherLever;
        // About words that have changed meanwhile there is nothing to suggest.
        const hasHelp = shown.words.length > 0 || advice.spans.length === 0;
        return (
          <Lever key={advice.code} {...shown} areQuoted={!view.isUnderlined} act={act}>
            {hasHelp && !shown.isGone && <WordingHelp view={view} advice={advice} act={act} />}
          </Lever>
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
          <p class="advice-message">{lever.message}</p>
          <Details advice={lever} />
        </li>
      )}
    />
  );
}

interface AdviceListProps {
  advice: readonly Advice[];
  title?: string;
  /** Whether tips follow, so that the text is not to be left altogether. */
  hasTips?: boolean;
  item: (advice: Advice, isFirst: boolean) => ComponentChild;
}

function AdviceList({ advice, title = getMessage("advice_title"), hasTips = false, item }: AdviceListProps) {
  const leave = leaveOf(advice);
  if (leave) return <p class="advice-leave">{hasTips ? getMessage("advice_leave_rest") : leave.message}</p>;
  const levers = leversOf(advice);
  if (levers.length === 0) return null;
  return (
    <section aria-labelledby="advice">
      <h2 class="ui-section-heading" id="advice">
        {title}
      </h2>
      <ol class="advice-list">{levers.map((lever, index) => item(lever, index === 0))}</ol>
    </section>
  );
}

type LeverProps = AdviceView & {
  /** Whether the words are quoted, because they are not underlined in the draft. */
  areQuoted: boolean;
  act: Act;
  children: ComponentChild;
};

/** While it is pointed at, the words of the advice are emphasized in the draft. */
const emphasizing = ({ advice: { code }, act, isGone }: LeverProps) => {
  const emphasize = (isOn: boolean): void => act({ do: "emphasize", advice: isOn && !isGone ? code : null });
  return { onMouseEnter: () => emphasize(true), onMouseLeave: () => emphasize(false), emphasize };
};

/** What to do first, with all that there is to say about it. */
function FirstLever(props: LeverProps) {
  const { advice, words, isGone, act } = props;
  const { emphasize, ...pointing } = emphasizing(props);
  return (
    <li class={`advice advice-first ${isGone ? "tip-gone" : ""}`} {...pointing}>
      {words.length > 0 ? (
        <button
          class="advice-message advice-show"
          aria-describedby={`advice-${advice.code}`}
          aria-disabled={isGone}
          title={getMessage("advice_show")}
          onClick={() => !isGone && act({ do: "show-advice", advice: advice.code })}
          onFocus={() => emphasize(true)}
          onBlur={() => emphasize(false)}
        >
          {advice.message}
        </button>
      ) : (
        <p class="advice-message">{advice.message}</p>
      )}
      <Details advice={advice} scope={scopeOf(advice)} />
      <Quotes {...props} />
      {props.children}
    </li>
  );
}

/** One line, which opens to show its question and brings its words into view. */
function OtherLever(props: LeverProps) {
  const { advice, words, isGone, act } = props;
  const [isOpen, setOpen] = useState(false);
  const { emphasize, ...pointing } = emphasizing(props);
  const open = (): void => {
    setOpen(!isOpen);
    if (!isOpen && words.length > 0) act({ do: "show-advice", advice: advice.code });
  };
  return (
    <li class={`advice advice-other ${isGone ? "tip-gone" : ""}`} {...pointing}>
      <button
        class="advice-toggle"
        aria-expanded={isOpen}
        aria-disabled={isGone}
        onClick={() => !isGone && open()}
        onFocus={() => emphasize(true)}
        onBlur={() => emphasize(false)}
      >
        <span class="advice-message">{advice.message}</span>
        {advice.worth > 0 && (
          <span class="tip-worth ui-muted">
            <span aria-hidden="true">+{advice.worth}</span>
            <span class="ui-visually-hidden"> {getCountMessage("advice_worth", advice.worth)}</span>
          </span>
        )}
      </button>
      {isOpen && (
        <>
          <Details advice={{ ...advice, worth: 0 }} scope={scopeOf(advice)} />
          <Quotes {...props} />
          {props.children}
        </>
      )}
    </li>
  );
}

const scopeOf = ({ spans }: Advice): string => (spans.length === 0 ? getMessage("advice_whole") : "");

function Quotes({ words, gone, areQuoted }: Pick<LeverProps, "words" | "gone" | "areQuoted">) {
  return (
    <div class={areQuoted ? "advice-quotes" : "ui-visually-hidden"}>
      {words.map((quote, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two places may have the same words, and a quote has no state
        <blockquote class={`tip-quote ${gone.includes(quote) ? "tip-quote-gone" : ""}`} dir="auto" key={index}>
          {quote}
        </blockquote>
      ))}
    </div>
  );
}

interface DetailsProps {
  advice: Advice;
  /** What it is about, unless that is shown in another way. */
  scope?: string;
}

/** The question to the rep, and what the change is worth. */
function Details({ advice: { code, question, worth }, scope = "" }: DetailsProps) {
  const facts = [worth > 0 ? getCountMessage("advice_worth", worth) : "", scope].filter((fact) => fact !== "");
  return (
    <div class="advice-details" id={`advice-${code}`}>
      {question && <p class="advice-question">{question}</p>}
      {facts.length > 0 && <p class="ui-muted">{facts.join(" · ")}</p>}
    </div>
  );
}
