/** Spelling and grammar below the editor: on or off, the dialect, and the rep's own dictionary. */
import { DIALECTS, type Dialect, GRAMMAR_MB, type GrammarSettings, type GrammarSettingsChange } from "../shared/grammar.js";
import { getCountMessage, getMessage, offWhere } from "../shared/messages.js";
import { ruleName } from "../shared/rule-name.js";
import { parseEntry } from "../shared/rules-off.js";

interface GrammarBoxProps {
  settings: GrammarSettings;
  hasFailed: boolean;
  change: (change: GrammarSettingsChange) => void;
}

export function GrammarBox({ settings: { on, dialect, words, off }, hasFailed, change }: GrammarBoxProps) {
  return (
    <section class="write-grammar" aria-label={getMessage("grammar")}>
      <div class="write-grammar-row">
        <label class="write-check">
          <input
            type="checkbox"
            checked={on}
            aria-describedby="write-grammar-detail"
            onChange={({ currentTarget }) => change({ on: currentTarget.checked })}
          />
          {getMessage("options_grammar_on")}
        </label>
        {on && (
          <label class="write-dialect">
            {getMessage("options_grammar_dialect")}
            <select value={dialect} onChange={({ currentTarget }) => change({ dialect: currentTarget.value as Dialect })}>
              {DIALECTS.map((name) => (
                <option key={name} value={name}>
                  {getMessage(`options_dialect_${name}`)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <p id="write-grammar-detail" class="write-hint">
        {getMessage("write_grammar_detail", { mb: GRAMMAR_MB })}
      </p>
      <p class="write-problem" role="alert">
        {hasFailed && getMessage("write_grammar_failed")}
      </p>
      {on && words.length + off.length > 0 && (
        <details>
          <summary>{getCountMessage("write_grammar_own", words.length + off.length)}</summary>
          <p class="write-hint">{getMessage("write_grammar_own_detail")}</p>
          <ul class="write-words">
            {words.map((word) => (
              <Own key={word} name={word} undo="write_grammar_remove" onUndo={() => change({ removeWord: word })} />
            ))}
            {off.map((rule) => (
              <Own key={rule} name={nameOf(rule)} undo="options_turn_on" onUndo={() => change({ ruleOn: rule })} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

/** A rule, and where it is off. */
function nameOf(entry: string): string {
  const { rule, surface } = parseEntry(entry);
  return surface === null ? ruleName(rule) : `${ruleName(rule)}, ${offWhere(surface)}`;
}

interface OwnProps {
  name: string;
  undo: "write_grammar_remove" | "options_turn_on";
  onUndo: () => void;
}

function Own({ name, undo, onUndo }: OwnProps) {
  return (
    <li>
      <span>{name}</span>
      <button type="button" aria-label={`${getMessage(undo)}: ${name}`} onClick={onUndo}>
        {getMessage(undo)}
      </button>
    </li>
  );
}
