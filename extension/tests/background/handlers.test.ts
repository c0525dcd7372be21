/** What the worker refuses to read or send, whatever a page asks for, and what it remembers of the rep's choices. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Surface } from "../../src/shared/wire.js";

const values = new Map<string, unknown>();
const log: unknown[] = [];
const checked: { text: string; off: string[] }[] = [];

vi.mock("../../src/background/store.js", () => ({
  get: async (key: string) => values.get(key),
  set: async (key: string, value: unknown) => void values.set(key, value),
  remove: async (key: string) => void values.delete(key),
  update: async (key: string, change: (stored: unknown) => unknown) => void values.set(key, change(values.get(key))),
  queuedShares: async () => [],
  clearPersonalData: async () => undefined,
  logSent: async (entry: unknown) => void log.push(entry),
}));
// Harper needs a browser to load its WebAssembly.
vi.mock("../../src/grammar/linter.js", () => ({
  Linter: class {
    async check(text: string, { off }: { off: string[] }) {
      checked.push({ text, off });
      return [];
    }
  },
}));

const PLACES: readonly Surface[] = ["long-form", "other-post", "other-comment"];
const TEXT = "We changed the label on every pallet, and fewer came back.";
const sender = { tab: { id: 1 }, frameId: 0, url: "https://forum.example.com/new" } as chrome.runtime.MessageSender;
const requests: string[] = [];
/** What the server answers about the account; without it, it cannot be reached. */
let answer: object | null;
let handlers: typeof import("../../src/background/handlers.js")["handlers"];

beforeEach(async () => {
  vi.resetModules();
  vi.stubGlobal("__BACKEND__", "https://repute.example.com");
  vi.stubGlobal("chrome", {
    runtime: {
      getURL: (path: string) => `chrome-extension://repute/${path}`,
      getManifest: () => ({ version: "0.1.0" }),
      sendMessage: async () => null,
    },
    tabs: { query: async () => [] },
    permissions: { getAll: async () => ({ origins: [] }) },
    scripting: { getRegisteredContentScripts: async () => [] },
  });
  vi.stubGlobal("fetch", async (address: string) => {
    const { pathname } = new URL(address);
    requests.push(pathname);
    if (answer && pathname.startsWith("/api/v1/me")) return new Response(JSON.stringify(answer));
    throw new TypeError("offline");
  });
  for (const list of [log, checked, requests]) list.length = 0;
  values.clear();
  answer = null;
  values.set("account", { access: "access", accessUntil: Date.now() + 3_600_000, refresh: "refresh", me: meWith([]) });
  agreeTo(2);
  ({ handlers } = await import("../../src/background/handlers.js"));
});
afterEach(() => vi.unstubAllGlobals());

const meWith = (rules_off: string[]) => ({
  user: { name: "Robin Vale", email: "robin@example.com" },
  organisation: { name: "Harbour", quiet_required: false, trade_words: [], sites: [] },
  notice: { acknowledged: true },
  share_choice: "ask",
  rules_off,
  wording_help: { mode: "endpoint", company: "Quill", is_on: true },
});

const agreeTo = (consentVersion: number): void =>
  void values.set("settings", {
    consented: true,
    consentVersion,
    grammar: { on: true, dialect: "british", words: [], off: ["Harper.A@other-post", "Harper.B@x-post"] },
  });

const ask = {
  assess: (surface: Surface) => handlers.assess({ editor: "e", surface, text: TEXT, readAnyway: false }, sender),
  grammar: (surface: Surface) => handlers.grammar({ editor: "e", surface, text: TEXT }, sender),
  compare: (surface: Surface) => handlers.compare({ editor: "e", surface, a: TEXT, b: `${TEXT} Why?` }, sender),
  suggest: (surface: Surface) => {
    const advice = { code: "fact", message: "Add a figure", question: "How many?" };
    const span = { start: 0, end: TEXT.length };
    const job = { surface, text: TEXT, span, passage: TEXT, advice, company: "" };
    return handlers.suggest({ editor: "e", job }, sender);
  },
  share: (surface: Surface) =>
    handlers.share({ key: "k", surface, text: TEXT, url: null, occurredAt: "2026-11-30T12:00:00Z" }, sender),
};

describe.each(PLACES)("a draft for %s, by a rep who agreed to less,", (surface) => {
  it.each(Object.keys(ask) as (keyof typeof ask)[])("is not read: %s", async (kind) => {
    agreeTo(1);
    await expect(ask[kind](surface)).rejects.toMatchObject({ code: "no-consent" });
    expect([requests, log, checked]).toEqual([[], [], []]);
  });
});

describe.each(PLACES)("a draft for %s", (surface) => {
  it("is checked for spelling, without the rules that are off there", async () => {
    await ask.grammar(surface);
    expect(checked).toEqual([{ text: TEXT, off: surface === "other-post" ? ["Harper.A"] : [] }]);
  });

  it.each(["compare", "suggest", "share"] as const)("is neither sent nor logged as sent: %s", async (kind) => {
    await expect(ask[kind](surface)).rejects.toThrow("surface");
    expect([requests, log]).toEqual([[], []]);
  });
});

it("does not log as sent what names no known surface", async () => {
  await expect(ask.assess("elsewhere" as Surface)).rejects.toThrow("surface");
  expect(requests).not.toContain("/api/v1/assess");
  expect(log).toEqual([]);
});

it("reads posts by a rep who agreed to less", async () => {
  agreeTo(1);
  await expect(ask.assess("x-post")).rejects.toMatchObject({ code: "unreachable" });
  expect(requests).toContain("/api/v1/assess");
});

describe("a tip that is folded away stays so", () => {
  const HABIT = "Repute.StockWords";
  const OTHER = "Repute.Hedges";
  const folded = (): string[] => Object.keys(values.get("seen") ?? {});
  beforeEach(() => {
    const left = { posts: 3, last: new Date().toISOString().slice(0, 10) };
    values.set("seen", { [HABIT]: left, [OTHER]: left });
  });

  it("while its rule is off on one surface alone, however often the account is fetched", async () => {
    answer = meWith([`${HABIT}@x-post`, OTHER]);
    await handlers["refresh-account"]({}, sender);
    expect(folded(), "off everywhere, it counts as new once it is on again").toEqual([HABIT]);
  });

  it("when its rule is turned off on one surface, until it is turned on again", async () => {
    answer = meWith([`${HABIT}@x-post`]);
    await handlers.choose({ ruleOff: `${HABIT}@x-post` }, sender);
    expect(folded()).toEqual([HABIT, OTHER]);
    await handlers.choose({ ruleOn: `${HABIT}@x-post` }, sender);
    expect(folded()).toEqual([OTHER]);
  });
});

it("does not send a state that was read before the rep signed out", async () => {
  const paired: boolean[] = [];
  const sendMessage = async ({ state }: { state: { paired: boolean } }): Promise<number> => paired.push(state.paired);
  vi.stubGlobal("chrome", { ...chrome, runtime: { ...chrome.runtime, sendMessage } });
  // The state of a paired rep is read more slowly, because it depends on the browser's model.
  let answer: (() => void) | undefined;
  vi.stubGlobal("LanguageModel", { availability: () => new Promise((resolve) => (answer = () => resolve("available"))) });
  const me = { ...meWith([]), wording_help: { mode: "device", company: "", is_on: true } };
  values.set("account", { ...(values.get("account") as object), me });
  const first = handlers.settings({ mode: "quiet" }, sender);
  await vi.waitFor(() => expect(answer).toBeDefined());
  await handlers.unpair({}, sender);
  answer?.();
  await first;
  expect(paired).toEqual([false]);
});
