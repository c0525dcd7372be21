/** The question after posting, with a field for the link to the post, and the outcome. */
import { useEffect, useRef, useState } from "preact/hooks";
import { parsePostLink } from "../../shared/link.js";
import { getMessage, getMessageOr } from "../../shared/messages.js";
import type { Act, Prompt } from "../../shared/view.js";
import { waitingSentence } from "../../shared/waiting.js";
import type { Surface } from "../../shared/wire.js";

interface QuestionProps {
  act: Act;
  organisation: string;
  surface: Surface;
  /** The link that the site itself has shown, if any. */
  link: string | null;
  mayType: boolean;
}

export function Question({ surface, link: siteLink, act, organisation, mayType }: QuestionProps) {
  const [link, setLink] = useState(siteLink);
  const [problem, setProblem] = useState("");
  // The site may show the link while the rep is still reading the question.
  useEffect(() => {
    if (siteLink !== null) setLink(siteLink);
  }, [siteLink]);
  const changeLink = (input: string, isComplete = true): void => {
    const parsed = parsePostLink(input, surface);
    setLink(parsed);
    if (parsed !== null || input.trim() === "") setProblem("");
    else if (isComplete) {
      setProblem(getMessage("share_link_wrong", { site: getMessage(surface.startsWith("x-") ? "site_x" : "site_linkedin") }));
    }
  };
  const answer = (choice: "this" | "always" | "not-this" | "never") => () => {
    if (problem === "" || choice === "not-this" || choice === "never") act({ do: "share", choice, link });
  };
  return (
    <div class="share">
      <p class="share-title">{getMessage("share_question")}</p>
      <p class="ui-muted">{getMessage("share_detail", { organisation })}</p>
      {mayType ? (
        <LinkField link={link} change={changeLink} problem={problem} />
      ) : (
        <LinkPaste link={link} change={changeLink} remove={() => setLink(null)} problem={problem} />
      )}
      <div class="ui-buttons">
        <button class="ui-primary" onClick={answer("this")}>
          {getMessage("share_this")}
        </button>
        <button onClick={answer("always")}>{getMessage("share_always")}</button>
        <button onClick={answer("not-this")}>{getMessage("share_skip")}</button>
        <button onClick={answer("never")}>{getMessage("share_never")}</button>
      </div>
    </div>
  );
}

interface LinkProps {
  link: string | null;
  /** A problem is shown only once the input is complete, not while it is being typed. */
  change: (input: string, isComplete?: boolean) => void;
  problem: string;
}

function LinkField({ link, change, problem }: LinkProps) {
  const field = useRef<HTMLInputElement>(null);
  // A link that the site has shown fills an empty field, but never replaces what the rep has typed.
  useEffect(() => {
    if (field.current && field.current.value === "" && link !== null) field.current.value = link;
  }, [link]);
  return (
    <div class="share-link">
      <label for="share-link">{getMessage("share_link")}</label>
      <input
        id="share-link"
        ref={field}
        type="url"
        placeholder="https://"
        autocomplete="off"
        aria-invalid={problem !== ""}
        aria-describedby="share-link-problem"
        onInput={(event) => change(event.currentTarget.value, false)}
        onChange={(event) => change(event.currentTarget.value)}
      />
      <p id="share-link-problem" class="ui-problem" role="alert">
        {problem}
      </p>
    </div>
  );
}

/** The link is pasted onto a button: a paste arrives whole, and anything but a link to a post is dropped without being shown. */
function LinkPaste({ link, change, remove, problem }: LinkProps & { remove: () => void }) {
  const [isReady, setReady] = useState(false);
  return (
    <div class="share-link">
      {link === null ? (
        <button
          class="ui-link share-paste"
          // A mouse click leaves the focus in the editor, and a paste goes where the focus is.
          onClick={(event) => {
            event.currentTarget.focus();
            setReady(true);
          }}
          onBlur={() => setReady(false)}
          onPaste={(event) => {
            event.preventDefault();
            change(event.clipboardData?.getData("text/plain") ?? "");
          }}
        >
          {getMessage(isReady ? "share_link_paste" : "share_link_add")}
        </button>
      ) : (
        <p class="share-pasted">
          <span class="share-address">{link.replace(/^https:\/\/(www\.)?/, "")}</span>
          <button class="ui-link" onClick={remove}>
            {getMessage("share_link_remove")}
          </button>
        </p>
      )}
      <p class="ui-problem" role="alert">
        {problem}
      </p>
    </div>
  );
}

export function ShareOutcome({ prompt, act }: { prompt: Exclude<Prompt, { state: "ask" }>; act: Act }) {
  const share = prompt.state === "sent" ? prompt.share : null;
  const needsNotice = prompt.state === "waiting" && prompt.reason === "notice";
  return (
    <div class="share" role="status">
      {prompt.state === "waiting" ? (
        <p class="share-waiting">{waitingSentence(prompt.reason)}</p>
      ) : (
        <p class="share-title">
          {(prompt.state === "refused" && prompt.detail) || getMessageOr(`share_${share ? share.state : prompt.state}`, "")}
        </p>
      )}
      {share?.entry && <p class="share-credit">{share.entry.sentence}</p>}
      {share?.reason && <p class="ui-muted">{share.reason}</p>}
      {prompt.state !== "sending" && (
        <div class="ui-buttons">
          {needsNotice && (
            <button class="ui-primary" onClick={() => act({ do: "read-notice" })}>
              {getMessage("open_notice")}
            </button>
          )}
          <button class={needsNotice ? "" : "ui-primary"} onClick={() => act({ do: "dismiss-prompt" })}>
            {getMessage("done")}
          </button>
          {share && share.state !== "duplicate" && (
            <button onClick={() => act({ do: "withdraw" })}>{getMessage("withdraw")}</button>
          )}
        </div>
      )}
    </div>
  );
}
