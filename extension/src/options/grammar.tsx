/** Spelling and grammar on this device: on or off, whose English, and the rep's own words. */
import { DIALECTS, type Dialect } from "../shared/grammar.js";
import { say } from "../shared/words.js";
import type { Given } from "./given.js";

export function Grammar({ state: { grammar }, change }: Given) {
  return (
    <section class="group" aria-labelledby="grammar">
      <h2 id="grammar">{say("grammar")}</h2>
      <label class="choice">
        <input
          type="checkbox"
          checked={grammar.on}
          aria-labelledby="grammar-name"
          aria-describedby="grammar-detail"
          onChange={() => void change({ grammar: { on: !grammar.on } })}
        />
        <span>
          <span id="grammar-name">{say("options_grammar_on")}</span>
          <span class="quiet" id="grammar-detail">
            {say("options_grammar_detail")}
          </span>
        </span>
      </label>
      {grammar.on && (
        <label class="field">
          {say("options_grammar_dialect")}
          <select
            value={grammar.dialect}
            onChange={({ currentTarget }) => void change({ grammar: { dialect: currentTarget.value as Dialect } })}
          >
            {DIALECTS.map((dialect) => (
              <option key={dialect} value={dialect}>
                {say(`options_dialect_${dialect}`)}
              </option>
            ))}
          </select>
        </label>
      )}
      {grammar.words.length > 0 && (
        <>
          <h3>{say("options_words")}</h3>
          <p class="quiet">{say("options_words_detail")}</p>
          <ul class="words">
            {grammar.words.map((word) => (
              <li key={word}>
                {word}
                <button
                  class="icon"
                  aria-label={say("options_words_remove", { word })}
                  title={say("options_words_remove", { word })}
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
