/** The registered content scripts and the permissions: only for sites that are listed and allowed, whatever was there before. */
import { beforeEach, expect, it, vi } from "vitest";
import { syncSites, withPermissions } from "../../src/background/sites.js";

const BLOG = { origin: "https://blog.example.com", place: "long-form" } as const;
const FORUM = { origin: "https://forum.example.com", place: "other-post" } as const;

let registered: Map<string, chrome.scripting.RegisteredContentScript>;
let granted: Set<string>;

beforeEach(() => {
  registered = new Map();
  granted = new Set();
  vi.stubGlobal("chrome", {
    scripting: {
      getRegisteredContentScripts: async () => [...registered.values()],
      registerContentScripts: async (scripts: chrome.scripting.RegisteredContentScript[]) => {
        for (const script of scripts) {
          if (registered.has(script.id)) throw new Error("duplicate id");
          registered.set(script.id, script);
        }
      },
      unregisterContentScripts: async ({ ids }: { ids: string[] }) => {
        for (const id of ids) registered.delete(id);
      },
    },
    runtime: {
      getManifest: () => ({
        host_permissions: ["https://repute.example.com/*"],
        content_scripts: [{ matches: ["https://x.com/*", "https://twitter.com/*"] }],
      }),
    },
    permissions: {
      getAll: async () => ({ origins: [...granted] }),
      contains: async ({ origins }: { origins: string[] }) => origins.every((origin) => granted.has(origin)),
      remove: async ({ origins }: { origins: string[] }) => origins.map((origin) => granted.delete(origin)).some(Boolean),
    },
  });
});

const sync = async (sites: readonly (typeof BLOG | typeof FORUM)[], isPaired = true): Promise<string[]> => {
  await syncSites(await withPermissions(sites), isPaired);
  return [...registered.values()].flatMap(({ matches }) => matches ?? []);
};

it("registers a site once the rep has allowed it, and only once", async () => {
  expect(await sync([BLOG, FORUM])).toEqual([]);
  granted.add("https://forum.example.com/*");
  const both = await withPermissions([BLOG, FORUM]);
  await Promise.all([syncSites(both, true), syncSites(both, true)]);
  expect(await sync([BLOG, FORUM])).toEqual(["https://forum.example.com/*"]);
  expect([...registered.values()]).toMatchObject([{ js: ["content.js"], css: ["highlights.css"], runAt: "document_idle" }]);
});

it("unregisters a site whose permission the rep has withdrawn", async () => {
  granted.add("https://blog.example.com/*");
  await sync([BLOG]);
  granted.clear();
  expect(await sync([BLOG])).toEqual([]);
});

it("unregisters a site that is no longer listed, and gives its permission back", async () => {
  granted = new Set(["https://blog.example.com/*", "https://forum.example.com/*", "https://repute.example.com/*"]);
  await sync([BLOG, FORUM]);
  expect(await sync([FORUM])).toEqual(["https://forum.example.com/*"]);
  expect([...granted]).toEqual(["https://forum.example.com/*", "https://repute.example.com/*"]);
});

it("gives every site back when the rep signs out", async () => {
  granted = new Set(["https://blog.example.com/*", "https://repute.example.com/*", "https://x.com/*"]);
  await sync([BLOG]);
  expect(await sync([], false)).toEqual([]);
  expect([...granted]).toEqual(["https://repute.example.com/*", "https://x.com/*"]);
});

it("gives back what was granted for a site whose script an update has dropped, and what covers every site", async () => {
  granted = new Set([
    "https://blog.example.com/*",
    "https://*/*",
    "https://forum.example.com/*",
    "https://repute.example.com/*",
  ]);
  expect(await sync([FORUM])).toEqual(["https://forum.example.com/*"]);
  expect([...granted]).toEqual(["https://forum.example.com/*", "https://repute.example.com/*"]);
});

it("leaves scripts alone that it has not registered", async () => {
  registered.set("other", { id: "other", matches: ["https://other.example.com/*"], css: [] });
  expect(await sync([])).toEqual(["https://other.example.com/*"]);
});

it("continues after the browser has refused something", async () => {
  granted.add("https://blog.example.com/*");
  const refuse = vi.spyOn(chrome.scripting, "registerContentScripts").mockRejectedValueOnce(new Error("invalid"));
  expect(await sync([BLOG])).toEqual([]);
  refuse.mockRestore();
  expect(await sync([BLOG])).toEqual(["https://blog.example.com/*"]);
});
