/** The draft as a document of pages, to save as a PDF and add to a LinkedIn post. Opened by the rep. */
import { type ComponentChildren, render } from "preact";
import { useState } from "preact/hooks";
import { getMessage } from "../shared/messages.js";
import { PAGE_LIMIT, pagesOf } from "./document-pages.js";

/** The size of the text on a page depends on how much there is. */
const sizeOf = (page: string): string => (page.length <= 90 ? "large" : page.length <= PAGE_LIMIT ? "medium" : "small");

/** Opens the browser's print dialogue, from which the rep saves a PDF. Only the pages are printed. */
function print(pages: ComponentChildren): void {
  const root = document.documentElement;
  const list = document.createElement("ol");
  list.className = "write-print";
  render(pages, list);
  document.body.append(list);
  root.dataset["print"] = "document";
  const end = (): void => {
    delete root.dataset["print"];
    list.remove();
  };
  addEventListener("afterprint", end, { once: true });
  window.print();
}

export function DocumentPreview({ text, person }: { text: string; person: string }) {
  const [isShown, setShown] = useState(false);
  const pages = pagesOf(text);
  if (pages.length < 2) return null;
  const long = pages.flatMap((page, index) => (page.length > PAGE_LIMIT ? [index + 1] : []));
  const list = pages.map((page, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: pages have no other identity
    <li class={`write-page write-page-${sizeOf(page)}`} key={index}>
      <p dir="auto">{page}</p>
      <footer>
        <span>{person}</span>
        <span>{getMessage("write_document_number", { number: index + 1, count: pages.length })}</span>
      </footer>
    </li>
  ));
  return (
    <section class="write-answer" aria-label={getMessage("write_document")}>
      <div class="write-buttons">
        <button type="button" aria-expanded={isShown} aria-controls="write-document" onClick={() => setShown(!isShown)}>
          {getMessage(isShown ? "write_document_hide" : "write_document_show")}
        </button>
        {isShown && (
          <button type="button" onClick={() => print(list)}>
            {getMessage("write_document_save")}
          </button>
        )}
      </div>
      <div id="write-document" hidden={!isShown}>
        {isShown && (
          <>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard */}
            <ol class="write-pages" tabIndex={0} aria-label={getMessage("write_document_pages")}>
              {list}
            </ol>
            {long.length > 0 && (
              <p class="write-hint" role="status">
                {getMessage("write_document_long", { pages: long.join(", "), limit: PAGE_LIMIT })}
              </p>
            )}
            <p class="write-hint">{getMessage("write_document_how")}</p>
          </>
        )}
      </div>
    </section>
  );
}
