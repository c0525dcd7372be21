/** Turns a tip's rule off, where the rep says; and the lines that undo it. All tips of the rule are turned off, so it is named. */
import { useState } from "preact/hooks";
import { getMessage, getMessageOr, offWhere } from "../../shared/messages.js";
import { ruleName } from "../../shared/rule-name.js";
import { type RuleOff, toEntry } from "../../shared/rules-off.js";
import type { Act, DraftView } from "../../shared/view.js";

interface TurnOffProps {
  rule: string;
  surface: DraftView["surface"];
  turnOff: (everywhere: boolean, event: MouseEvent) => void;
}

/** One control in two steps, so that no single click turns a rule off. */
export function TurnOff({ rule, surface, turnOff }: TurnOffProps) {
  const [isOpen, setOpen] = useState(false);
  const kind = getMessage("turn_off_kind", { kind: ruleName(rule) });
  return (
    <>
      <button class="ui-link" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {getMessage("turn_off")}
      </button>
      {isOpen && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out in a row in all browsers
        <div class="tip-turn-off" role="group" aria-label={kind}>
          <p class="ui-muted" aria-hidden="true">
            {kind}
          </p>
          <button onClick={(event) => turnOff(false, event)}>
            {getMessage("turn_off_for", { surface: getMessageOr(`surfaces_${surface}`, surface) })}
          </button>
          <button onClick={(event) => turnOff(true, event)}>{getMessage("turn_off_everywhere")}</button>
        </div>
      )}
    </>
  );
}

/** Says what is off and where, and turns it on again. */
export function UndoTurnOff({ off, act }: { off: RuleOff; act: Act }) {
  const kind = ruleName(off.rule);
  return (
    <p class="ui-muted tip-undo">
      <span>{getMessage("turned_off", { kind, where: offWhere(off.surface) })}</span>
      <button class="ui-link" onClick={() => act({ do: "turn-on", entry: toEntry(off) })}>
        {getMessage("undo")}
        <span class="ui-visually-hidden"> {kind}</span>
      </button>
    </p>
  );
}
