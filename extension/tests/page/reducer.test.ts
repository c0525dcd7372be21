/** Which draft is shown, and what becomes of the question about a post. */
import { beforeEach, describe, expect, it } from "vitest";
import { isShareable } from "../../src/page/question.js";
import { type PageEvent, type PageState, reducePage } from "../../src/page/reducer.js";
import type { SiteState } from "../../src/shared/protocol.js";
import type { ErrorCode } from "../../src/shared/result.js";
import { question, SITE, TEXT } from "./site.js";

const PRIVATE = "My salary is too low.";
const SHARE = { id: 3, state: "counted", entry: null, reason: null } as const;
const SENT = { state: "sent", share: SHARE } as const;

let state: PageState;
let effects: readonly { do: string }[];
beforeEach(() => {
  state = { site: SITE, active: null, isOpen: false, question: null };
});

function send(event: PageEvent): readonly { do: string }[] {
  ({ state, effects } = reducePage(state, event));
  return effects;
}

const kinds = (): string[] => effects.map((effect) => effect.do);
function ask(key = "one"): void {
  send({ type: "posted", question: question(key) });
}

describe("the draft that the rep is in", () => {
  it("is the one they entered last", () => {
    send({ type: "entered", draft: "a" });
    expect(kinds()).toEqual(["leave-card", "show"]);
    send({ type: "entered", draft: "b" });
    expect(state.active).toBe("b");
    expect(send({ type: "entered", draft: "b" })).toEqual([{ do: "update-panels" }]);
  });

  it("is none after it left or where nothing may be read", () => {
    send({ type: "entered", draft: "a" });
    send({ type: "toggled", isOpen: true, tip: "2" });
    expect(effects).toEqual([{ do: "select-tip", draft: "a", tip: "2" }, { do: "show" }]);
    expect(send({ type: "left", draft: "b" })).toEqual([]);
    send({ type: "left", draft: "a" });
    expect(state).toMatchObject({ active: null, isOpen: false });
    send({ type: "entered", draft: "c" });
    send({ type: "entered-unreadable" });
    expect(state.active).toBeNull();
  });

  it("leaves an open question open", () => {
    send({ type: "entered", draft: "a" });
    ask();
    send({ type: "left", draft: "a" });
    expect(state).toMatchObject({ active: null, isOpen: true, question: { prompt: { state: "ask" } } });
  });
});

describe("a change of the settings", () => {
  it.each([
    ["nothing", {}, []],
    ["the organisation's name", { organisation: "Other" }, []],
    ["what is paired", { paired: false }, ["change-access"]],
    ["the rules", { rulesOff: ["Repute.Hype"] }, ["change-access"]],
    ["grammar", { grammar: { ...SITE.grammar, on: false } }, ["change-access"]],
    ["suggested wordings", { wordingHelp: { mode: "device", company: "" } }, ["change-access"]],
    ["the words of the business", { tradeWords: ["union"] }, ["change-access"]],
    ["the disabled adapters", { disabled: [{ adapter: "x", layout: "*", message: "" }] }, ["check-composers"]],
  ] as const)("of %s has drafts assessed or checked again only if they depend on it", (_what, change, expected) => {
    send({ type: "site-changed", site: { ...SITE, ...change } as SiteState });
    expect(kinds().filter((kind) => kind !== "set-trade-words" && kind !== "show")).toEqual(expected);
    expect(kinds()).toContain("show");
  });

  it("tells drafts whether they may request anything", () => {
    send({ type: "site-changed", site: { ...SITE, paired: false } });
    expect(effects).toContainEqual({
      do: "change-access",
      access: { isPaired: false, checksGrammar: true, wordingHelp: SITE.wordingHelp, rulesOff: [] },
    });
  });
});

describe("the question about a post", () => {
  it.each([
    ["a post", TEXT, "x-post", {}, true],
    ["a post that was assessed as a long one", TEXT, "long-form", {}, false],
    ["a post of an unpaired rep", TEXT, "x-post", { paired: false }, false],
    ["a post of a rep who chose never to share", TEXT, "x-post", { shareChoice: "never" }, false],
    ["a post that is protected for the greater part", PRIVATE, "x-post", {}, false],
  ] as const)("is asked of %s, or not", (_what, text, surface, change, expected) => {
    expect(isShareable(text, surface, { ...SITE, ...change })).toBe(expected);
  });

  it("holds the text without its protected sentences, and shows none of it", () => {
    const asked = question("one", `${TEXT} ${PRIVATE}`);
    expect(asked.share.text).toBe(TEXT);
    expect(asked.view).toMatchObject({ text: "", assessedText: "", tips: [], advice: [], keptWording: null });
  });

  it("opens the card, and waits for an answer", () => {
    ask();
    expect(state).toMatchObject({ isOpen: true, question: { prompt: { state: "ask", post: "one", link: null } } });
    expect(kinds()).toEqual(["show"]);
  });

  it("gets the link that the site shows, until it is answered", () => {
    ask();
    send({ type: "link-found", key: "one", link: "https://x.com/a/status/1" });
    expect(state.question?.prompt).toMatchObject({ link: "https://x.com/a/status/1" });
    send({ type: "answered", choice: "this", link: null });
    send({ type: "link-found", key: "one", link: "https://x.com/a/status/2" });
    expect(state.question?.prompt).toEqual({ state: "sending" });
  });

  it("is answered without asking a rep who always shares", () => {
    state = { ...state, site: { ...SITE, shareChoice: "always" } };
    ask();
    expect(state.question?.prompt).toEqual({ state: "sending" });
    expect(effects).toContainEqual(expect.objectContaining({ do: "share", url: null, isAnswer: false }));
  });

  it.each([
    ["this", ["share", "show"]],
    ["always", ["share", "show"]],
    ["not-this", ["show"]],
    ["never", ["show", "remember-choice"]],
  ] as const)("that is answered with %s has these effects", (choice, expected) => {
    ask();
    send({ type: "answered", choice, link: "https://x.com/a/status/1" });
    expect(kinds()).toEqual(expected);
    expect(state.question?.prompt).toEqual(choice === "this" || choice === "always" ? { state: "sending" } : undefined);
    expect(send({ type: "answered", choice, link: null })).toEqual([]);
  });

  it("stays while the share is being sent, though the rep closes the card", () => {
    ask();
    send({ type: "answered", choice: "this", link: null });
    send({ type: "closed" });
    expect(state).toMatchObject({ isOpen: false, question: { prompt: { state: "sending" } } });
    send({ type: "shared", key: "one", result: { ok: SENT } });
    expect(state.question?.prompt).toEqual(SENT);
    send({ type: "closed" });
    expect(state.question).toBeNull();
  });

  it("does not take the outcome of an earlier post", () => {
    ask();
    send({ type: "answered", choice: "this", link: null });
    ask("two");
    expect(send({ type: "shared", key: "one", result: { ok: SENT } })).toEqual([]);
    expect(send({ type: "outcome-expired", key: "one", cardHasFocus: false })).toEqual([]);
    expect(state.question?.prompt.state).toBe("ask");
  });

  it("disappears some time after the outcome, unless the rep is in the card", () => {
    ask();
    send({ type: "answered", choice: "this", link: null });
    send({ type: "shared", key: "one", result: { ok: SENT } });
    expect(send({ type: "outcome-expired", key: "one", cardHasFocus: true })).toEqual([]);
    send({ type: "outcome-expired", key: "one", cardHasFocus: false });
    expect(state).toMatchObject({ question: null, isOpen: false });
  });

  it("can be dismissed, and ends with the page", () => {
    ask();
    send({ type: "dismissed" });
    expect(state).toMatchObject({ question: null, isOpen: false });
    ask();
    expect(send({ type: "ended" })).toEqual([]);
    expect(state.question).toBeNull();
  });
});

describe("the outcome of a share", () => {
  const answer = (): void => {
    ask();
    send({ type: "answered", choice: "this", link: null });
  };

  it("says why a queued share waits", () => {
    answer();
    send({ type: "shared", key: "one", result: { ok: { state: "waiting", reason: "clock" } } });
    expect(state.question?.prompt).toEqual({ state: "waiting", reason: "clock" });
  });

  it.each<ErrorCode>(["unpaired", "paused", "reloaded"])(
    "does not claim that a share waits which is not queued: %s",
    (error) => {
      answer();
      send({ type: "shared", key: "one", result: { error } });
      expect(state.question?.prompt).toMatchObject({ state: "refused", detail: expect.stringContaining("Not sent") });
    },
  );

  it("says that a share that had to wait is sent, once it is", () => {
    ask();
    send({ type: "outcome-changed", key: "one", outcome: SENT });
    expect(state.question?.prompt.state).toBe("ask");
    send({ type: "answered", choice: "this", link: null });
    send({ type: "shared", key: "one", result: { ok: { state: "waiting", reason: "notice" } } });
    send({ type: "outcome-changed", key: "one", outcome: SENT });
    expect(state.question?.prompt).toEqual(SENT);
  });

  it("says that a share is under way when the browser stops the worker", () => {
    answer();
    send({ type: "shared", key: "one", result: { error: "unreachable" } });
    expect(state.question?.prompt).toEqual({ state: "waiting", reason: "sending" });
  });

  it("can be withdrawn once it is sent", () => {
    answer();
    expect(send({ type: "withdraw" })).toEqual([]);
    send({ type: "shared", key: "one", result: { ok: SENT } });
    expect(send({ type: "withdraw" })).toEqual([{ do: "withdraw", key: "one", id: 3 }]);
    send({ type: "withdrawn", key: "one" });
    expect(state.question?.prompt).toEqual({ state: "withdrawn" });
  });
});
