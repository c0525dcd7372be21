/** Says that the rep's posts count only once they have confirmed the notice, with a button that opens it. */
import { getMessage } from "./messages.js";
import { request } from "./protocol.js";

export const UnreadNotice = () => (
  <div class="ui-notice">
    <p>{getMessage("notice_unread")}</p>
    <button class="ui-primary" onClick={() => void request("open-notice", {})}>
      {getMessage("open_notice")}
    </button>
  </div>
);
