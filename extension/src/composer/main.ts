/** The web composer at /write: the extension's session, highlights and card in a page of our own, without the extension. */

import { setTradeWords } from "../content/text/protected.js";
import { IgnoredTips } from "../shared/ignored.js";
import { SURFACES } from "../shared/wire.js";
import { Composer } from "./composer.js";
import { Drafts } from "./drafts.js";
import { WaitingShareStore } from "./waiting-share.js";

/** Stored in this browser, as in the extension. */
const ignored = new IgnoredTips({
  get: async (name) => JSON.parse(localStorage.getItem(`repute-${name}`) ?? "null") as unknown,
  set: async (name, value) => localStorage.setItem(`repute-${name}`, JSON.stringify(value)),
});

/** The template passes the paths, the CSRF token and the organisation's name as data attributes. */
function start(container: HTMLElement): void {
  const { dataset } = container;
  setTradeWords((dataset["tradeWords"] ?? "").split("\n"));
  new Composer(container, {
    surface: SURFACES.find((surface) => surface === dataset["surface"]) ?? "linkedin-post",
    endpoints: {
      assess: dataset["assessUrl"] ?? "/write/assess",
      compare: dataset["compareUrl"] ?? "/write/compare",
      share: dataset["shareUrl"] ?? "/write/share",
      ignore: dataset["ignoreUrl"] ?? "/write/ignore",
      turnOff: dataset["turnOffUrl"] ?? "/write/turn-off",
      withdraw: dataset["withdrawUrl"] ?? "/write/withdraw",
    },
    csrf: dataset["csrf"] ?? document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "",
    organisation: dataset["organisation"] ?? "",
    drafts: new Drafts(dataset["person"] ?? ""),
    waitingShare: new WaitingShareStore(dataset["person"] ?? ""),
    ignored,
  });
}

const container = document.getElementById("composer");
if (container) start(container);
