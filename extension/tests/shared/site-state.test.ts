import { expect, it } from "vitest";
import { type ClientState, toSiteState } from "../../src/shared/protocol.js";

const state: ClientState = {
  paired: true,
  consented: true,
  consentOutdated: false,
  mode: "card",
  quietRequired: false,
  underlines: true,
  paused: [],
  pausedToday: false,
  disabled: [],
  shareChoice: "ask",
  rulesOff: [],
  rulesSeen: [],
  grammar: { on: false, dialect: "british", words: [], off: [] },
  profiles: { linkedin: "", x: "" },
  person: { name: "Robin Vale", email: "robin@example.com" },
  organisation: "Harbour & Sons",
  tradeWords: [],
  wordingHelp: { mode: "off", company: "" },
  wordingOffer: { mode: "off", company: "", isOn: true, hasModel: false },
  sites: [
    { origin: "https://blog.example.com", place: "long-form", isAllowed: true },
    { origin: "https://forum.example.com", place: "other-post", isAllowed: false },
  ],
  waiting: [{ reason: "busy", count: 1 }],
  refused: "",
  noticeUnread: false,
  unpairedBecause: "",
};

it("keeps the person's name and e-mail address from content scripts", () => {
  const text = JSON.stringify(toSiteState(state));
  expect(text).not.toContain("Robin");
  expect(text).not.toContain("robin@example.com");
  expect(text).toContain("Harbour & Sons");
});

it("gives content scripts the organisation's name only if the page shows it", () => {
  expect(toSiteState({ ...state, mode: "quiet" }).organisation).toBeNull();
});

it("tells content scripts only of the sites that the rep has allowed", () => {
  expect(toSiteState(state).sites.map(({ origin }) => origin)).toEqual(["https://blog.example.com"]);
});
