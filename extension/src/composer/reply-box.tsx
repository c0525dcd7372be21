/** The post that a comment or reply answers: pasted by the rep, compared with the draft on the device, and forgotten with it. */
import { useState } from "preact/hooks";
import { getMessage } from "../shared/messages.js";
import { checkReply, type ReplyCheck } from "./reply-checks.js";

const messageOf = ({ code, isMet, quoted }: ReplyCheck): string =>
  code === "agrees"
    ? getMessage("write_reply_agrees")
    : getMessage(`write_reply_${code}_${isMet ? "met" : "unmet"}`, { quoted });

export function ReplyBox({ reply }: { reply: string }) {
  const [post, setPost] = useState("");
  const checks = checkReply(post, reply);
  return (
    <div class="write-answer">
      <label for="write-reply">{getMessage("write_reply")}</label>
      <textarea
        id="write-reply"
        rows={3}
        dir="auto"
        value={post}
        // A browser's online spelling checker would send it elsewhere, and reloading the page would bring it back.
        spellcheck={false}
        autocomplete="off"
        aria-describedby="write-reply-hint"
        onInput={(event) => setPost(event.currentTarget.value)}
      />
      <p id="write-reply-hint" class="write-hint">
        {getMessage("write_reply_hint")}
      </p>
      {checks.length > 0 && (
        <ul class="write-checks" aria-label={getMessage("write_reply_checks")}>
          {checks.map((check) => (
            <li key={check.code} class={check.isMet ? "write-check-met" : "write-check-unmet"} dir="auto">
              {messageOf(check)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
