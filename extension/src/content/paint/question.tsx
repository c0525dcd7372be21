/** The question after posting, and the link to the post: shown by the site, or brought by the rep. */
import { useEffect, useRef, useState } from "preact/hooks";
import { parsePostLink } from "../../shared/link.js";
import type { Act } from "../../shared/view.js";
import type { Surface } from "../../shared/wire.js";
import { say } from "../../shared/words.js";

interface QuestionProps {
  act: Act;
  organisation: string;
  surface: Surface;
  /** As the site showed it. */
  link: string | null;
  mayType: boolean;
}

export function Question({ surface, link: shown, act, organisation, mayType }: QuestionProps) {
  const [link, setLink] = useState(shown);
  const [problem, setProblem] = useState("");
  // The site may show it while the rep is still reading.
  useEffect(() => {
    if (shown !== null) setLink(shown);
  }, [shown]);
  const take = (given: string, done = true): void => {
    const read = parsePostLink(given, surface);
    setLink(read);
    if (read !== null || given.trim() === "") setProblem("");
    else if (done) setProblem(say("share_link_wrong"));
  };
  const answer = (choice: "this" | "always" | "not-this" | "never") => () => {
    if (problem === "" || choice === "not-this" || choice === "never") act({ do: "share", choice, link });
  };
  return (
    <div class="question">
      <p class="asked">{say("share_question")}</p>
      <p class="quiet">{say("share_detail", { organisation })}</p>
      {mayType ? (
        <Field link={link} take={take} problem={problem} />
      ) : (
        <Pasted link={link} take={take} forget={() => setLink(null)} problem={problem} />
      )}
      <div class="choices">
        <button class="first" onClick={answer("this")}>
          {say("share_this")}
        </button>
        <button onClick={answer("always")}>{say("share_always")}</button>
        <button onClick={answer("not-this")}>{say("share_not_now")}</button>
        <button onClick={answer("never")}>{say("share_never")}</button>
      </div>
    </div>
  );
}

interface LinkProps {
  link: string | null;
  /** Of what is not `done` yet only the good is said. */
  take: (given: string, done?: boolean) => void;
  problem: string;
}

function Field({ link, take, problem }: LinkProps) {
  const field = useRef<HTMLInputElement>(null);
  // What the rep types is theirs; only a link that the site has shown is put in.
  useEffect(() => {
    if (field.current && field.current.value === "" && link !== null) field.current.value = link;
  }, [link]);
  return (
    <div class="its-link">
      <label for="its-link">{say("share_link")}</label>
      <input
        id="its-link"
        ref={field}
        type="url"
        placeholder="https://"
        autocomplete="off"
        aria-invalid={problem !== ""}
        aria-describedby="its-link-problem"
        onInput={(event) => take(event.currentTarget.value, false)}
        onChange={(event) => take(event.currentTarget.value)}
      />
      <p id="its-link-problem" class="problem" role="alert">
        {problem}
      </p>
    </div>
  );
}

/** Pasted onto a button: a paste comes whole, and what is no link to a post is dropped unseen. */
function Pasted({ link, take, forget, problem }: LinkProps & { forget: () => void }) {
  const [ready, setReady] = useState(false);
  return (
    <div class="its-link">
      {link === null ? (
        <button
          class="link paste"
          // A mouse leaves the focus in the editor, and a paste goes where the focus is.
          onClick={(event) => {
            event.currentTarget.focus();
            setReady(true);
          }}
          onBlur={() => setReady(false)}
          onPaste={(event) => {
            event.preventDefault();
            take(event.clipboardData?.getData("text/plain") ?? "");
          }}
        >
          {say(ready ? "share_link_paste" : "share_link_add")}
        </button>
      ) : (
        <p class="taken">
          <span class="address">{link.replace(/^https:\/\/(www\.)?/, "")}</span>
          <button class="link" onClick={forget}>
            {say("share_link_remove")}
          </button>
        </p>
      )}
      <p class="problem" role="alert">
        {problem}
      </p>
    </div>
  );
}
