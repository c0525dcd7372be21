/** The web composer at /write: the extension's session, highlights and card in a page of our own, without the extension. */

import { setTradeWords } from "../content/text/protected.js";
import { hasDeviceModel } from "../shared/device-model.js";
import { IgnoredTips, type KeyValueStore } from "../shared/ignored.js";
import { SeenTips } from "../shared/seen.js";
import { SURFACES } from "../shared/wire.js";
import { offeredHelp, type WordingMode } from "../shared/wording-help.js";
import { Composer } from "./composer.js";
import { GrammarCheck } from "./grammar-check.js";
import { KeptTexts } from "./kept-texts.js";
import { WaitingShareStore } from "./waiting-share.js";

const MODES: readonly WordingMode[] = ["device", "endpoint"];

/** Stored in this browser, as in the extension. */
const storeWith = (suffix: string): KeyValueStore => ({
  get: async (name) => JSON.parse(localStorage.getItem(`repute-${name}${suffix}`) ?? "null") as unknown,
  set: async (name, value) => localStorage.setItem(`repute-${name}${suffix}`, JSON.stringify(value)),
});

/** The template passes the paths, the CSRF token and the organisation's name as data attributes. */
async function start(container: HTMLElement): Promise<void> {
  const { dataset } = container;
  setTradeWords((dataset["tradeWords"] ?? "").split("\n"));
  const person = dataset["person"] ?? "";
  const mode = MODES.find((known) => known === dataset["wordingMode"]) ?? "off";
  const composer = new Composer(container, {
    surface: SURFACES.find((surface) => surface === dataset["surface"]) ?? "linkedin-post",
    endpoints: {
      assess: dataset["assessUrl"] ?? "/write/assess",
      compare: dataset["compareUrl"] ?? "/write/compare",
      share: dataset["shareUrl"] ?? "/write/share",
      ignore: dataset["ignoreUrl"] ?? "/write/ignore",
      turnOff: dataset["turnOffUrl"] ?? "/write/turn-off",
      turnOn: dataset["turnOnUrl"] ?? "/write/turn-on",
      withdraw: dataset["withdrawUrl"] ?? "/write/withdraw",
      goals: dataset["goalsUrl"] ?? "/me/week/goals",
      wording: dataset["wordingUrl"] ?? "/write/wording",
    },
    wordingHelp: offeredHelp({
      mode,
      company: dataset["wordingCompany"] ?? "",
      isOn: true,
      hasModel: mode === "device" && (await hasDeviceModel()),
    }),
    csrf: dataset["csrf"] ?? document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "",
    organisation: dataset["organisation"] ?? "",
    name: dataset["name"] ?? "",
    drafts: new KeptTexts(person, "draft"),
    ideas: new KeptTexts(person, "idea"),
    ignored: new IgnoredTips(storeWith("")),
    // The server's pages delete it when the person signs out, and forget a tip that is turned on again there.
    seen: new SeenTips(storeWith(`:${person}`)),
    waitingShare: new WaitingShareStore(person),
    grammar: new GrammarCheck({
      person,
      binary: dataset["grammarBinary"] ?? "",
      createWorker: () => new Worker(dataset["grammarWorker"] ?? ""),
    }),
  });
  const { start: text } = dataset;
  if (!text) return;
  const surface = SURFACES.find((known) => known === dataset["startSurface"]);
  composer.startWith({ surface: surface ?? "linkedin-post", text });
  // Reloading the page must not start it again.
  history.replaceState(null, "", location.pathname);
}

const container = document.getElementById("composer");
if (container) void start(container);
