/** The draft as a post: who wrote it, where the site folds it, and what the site makes of its words. Opened by the rep. */
import { useState } from "preact/hooks";
import { getMessage, getMessageOr } from "../shared/messages.js";
import type { DraftView } from "../shared/view.js";
import { firstLink, partsOf } from "./post-parts.js";

export function PostPreview({ view, person }: { view: DraftView; person: string }) {
  const [isShown, setShown] = useState(false);
  const [isUnfolded, setUnfolded] = useState(false);
  const [where, setWhere] = useState("mobile");
  const { assessment, assessedText: text, surface } = view;
  const length = assessment?.length;
  if (!length || text.trim() === "") return null;

  const fold = length.folds.find((one) => one.where === where) ?? length.folds[0];
  const end = isUnfolded || !fold || fold.offset === null ? null : fold.offset;
  const site = getMessage(surface.startsWith("x-") ? "site_x" : "site_linkedin");
  const link = firstLink(text);
  return (
    <section class="write-answer" aria-label={getMessage("write_preview")}>
      <div class="write-buttons">
        <button type="button" aria-expanded={isShown} aria-controls="write-preview" onClick={() => setShown(!isShown)}>
          {getMessage(isShown ? "write_preview_hide" : "write_preview_show")}
        </button>
        {isShown &&
          length.folds.map((one) => (
            <button type="button" key={one.where} aria-pressed={one === fold} onClick={() => setWhere(one.where)}>
              {getMessageOr(`fold_${one.where}`, one.where)}
            </button>
          ))}
      </div>
      <div id="write-preview" hidden={!isShown}>
        {isShown && (
          <>
            <figure class={`write-post write-post-${fold?.where ?? "desktop"}`}>
              <figcaption>{getMessage("write_preview_by", { person, site })}</figcaption>
              <p class="write-post-text" dir="auto">
                {partsOf(end === null ? text : text.slice(0, end).trimEnd()).map((part) =>
                  part.isLinked ? (
                    <span class="write-post-link" key={part.at}>
                      {part.words}
                    </span>
                  ) : (
                    part.words
                  ),
                )}
              </p>
              {fold && fold.offset !== null && (
                <button type="button" aria-expanded={isUnfolded} onClick={() => setUnfolded(!isUnfolded)}>
                  {getMessage(isUnfolded ? "write_preview_fold" : "see_more")}
                </button>
              )}
              {link !== null && <p class="write-post-card">{getMessage("write_preview_link", { host: link, site })}</p>}
            </figure>
            <p class="write-hint">{getMessage(fold ? "write_preview_estimate" : "write_preview_whole")}</p>
            <p class="write-hint">{getMessage("write_preview_plain")}</p>
          </>
        )}
      </div>
    </section>
  );
}
