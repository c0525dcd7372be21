/** The settings of a rep on a site, and the question about a post of theirs. */
import { reduce } from "../../src/draft/reducer.js";
import { askAbout, type Question } from "../../src/page/question.js";
import type { SiteState } from "../../src/shared/protocol.js";
import { Driver } from "../draft/driver.js";

export const TEXT = "Seven clinics asked us for forms this week.";

export const SITE: SiteState = {
  paired: true,
  consented: true,
  mode: "card",
  underlines: true,
  paused: [],
  pausedToday: false,
  disabled: [],
  shareChoice: "ask",
  rulesOff: [],
  grammar: { on: true, dialect: "british", words: [], off: [] },
  profiles: { linkedin: "", x: "" },
  organisation: "Acme",
  tradeWords: [],
  wordingHelp: { mode: "off", company: "" },
  sites: [],
};
export const question = (key = "one", text = TEXT): Question =>
  askAbout(text, new Driver(reduce, { text: TEXT }).view, { key, occurredAt: "2026-11-30T08:00:00Z" });
