/** Turns a tip's rule off, where the rep says; and the lines that undo it. */
import { useState } from "preact/hooks";
import { getMessage, getMessageOr, offWhere } from "../../shared/messages.js";
import type { Act, DraftView, TurnedOffRule } from "../../shared/view.js";

type Surface = DraftView["surface"];

interface TurnOffProps {
  surface: Surface;
  turnOff: (everywhere: boolean, event: MouseEvent) => void;
}

/** One control in two steps, so that no single click turns a rule off. */
export function TurnOff({ surface, turnOff }: TurnOffProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button class="ui-link" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {getMessage("turn_off")}
      </button>
      {isOpen && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out in a row in all browsers
        <div class="tip-turn-off" role="group" aria-label={getMessage("turn_off")}>
          <button onClick={(event) => turnOff(false, event)}>{getMessageOr(`surfaces_${surface}`, surface)}</button>
          <button onClick={(event) => turnOff(true, event)}>{getMessage("turn_off_everywhere")}</button>
        </div>
      )}
    </>
  );
}

interface UndoProps {
  rule: TurnedOffRule;
  surface: Surface;
  act: Act;
  /** Whether the tip's message stands beside it already. */
  isInPlace?: boolean;
}

/** Says where the rule is off, and turns it on again. */
export function UndoTurnOff({ rule, surface, act, isInPlace = false }: UndoProps) {
  const where = offWhere(rule.everywhere ? null : (rule.surface ?? surface));
  return (
    <p class="ui-muted tip-undo">
      <span>
        {isInPlace ? getMessage("turned_off", { where }) : getMessage("turned_off_rule", { where, message: rule.message })}
      </span>
      <button class="ui-link" onClick={() => act({ do: "turn-on", rule: rule.rule })}>
        {getMessage("undo")}
        <span class="ui-visually-hidden"> {rule.message}</span>
      </button>
    </p>
  );
}
