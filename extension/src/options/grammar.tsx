/** Spelling and grammar on this device: on or off, the dialect, and the rep's own dictionary. */
import { DIALECTS, type Dialect, GRAMMAR_MB } from "../shared/grammar.js";
import { getMessage } from "../shared/messages.js";
import type { SectionProps } from "./section-props.js";

export function Grammar({ state: { grammar }, change }: SectionProps) {
  return (
    <section class="options-group" aria-labelledby="grammar">
      <h2 id="grammar">{getMessage("grammar")}</h2>
      <label class="ui-choice">
        <input
          type="checkbox"
          checked={grammar.on}
          aria-labelledby="grammar-name"
          aria-describedby="grammar-detail"
          onChange={() => void change({ grammar: { on: !grammar.on } })}
        />
        <span>
          <span id="grammar-name">{getMessage("options_grammar_on")}</span>
          <span class="ui-muted" id="grammar-detail">
            {getMessage("options_grammar_detail", { mb: GRAMMAR_MB })}
          </span>
        </span>
      </label>
      {grammar.on && (
        <label class="ui-field">
          {getMessage("options_grammar_dialect")}
          <select
            value={grammar.dialect}
            onChange={({ currentTarget }) => void change({ grammar: { dialect: currentTarget.value as Dialect } })}
          >
            {DIALECTS.map((dialect) => (
              <option key={dialect} value={dialect}>
                {getMessage(`options_dialect_${dialect}`)}
              </option>
            ))}
          </select>
        </label>
      )}
      {grammar.words.length > 0 && (
        <>
          <h3>{getMessage("options_words")}</h3>
          <p class="ui-muted">{getMessage("options_words_detail")}</p>
          <ul class="options-words">
            {grammar.words.map((word) => (
              <li key={word}>
                {word}
                <button
                  class="ui-icon"
                  aria-label={getMessage("options_words_remove", { word })}
                  title={getMessage("options_words_remove", { word })}
                  onClick={() => void change({ grammar: { removeWord: word } })}
                >
                  <svg width="12" height="12" viewBox="0 0 14 14" aria-hidden="true">
                    <path d="M3 3 L11 11 M11 3 L3 11" />
                  </svg>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
