/** The packages for the stores: every permission has a reason in one file, and the checks find what they are for. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { manifest } from "../src/manifest.js";
import messages from "../src/messages.json" with { type: "json" };
import { checkCode, checkManifest, checkPermissions } from "../store/checks.mjs";
import justified from "../store/permissions.json" with { type: "json" };

const backend = "https://repute.example.com";
const STORE = join(import.meta.dirname, "../store");
// biome-ignore lint/suspicious/noExplicitAny: a manifest is plain JSON here.
const of = (browser: "chrome" | "firefox"): any => structuredClone(manifest({ browser, backend, version: "1.2.3" }));
// biome-ignore lint/suspicious/noExplicitAny: as above.
const permissionProblems = (changed: any, browser: "chrome" | "firefox" = "chrome") =>
  checkPermissions(changed, { backend, browser, justified });

describe.each(["chrome", "firefox"] as const)("the manifest for %s", (browser) => {
  it("requests exactly what permissions.json gives a reason for", () => {
    expect(permissionProblems(of(browser), browser)).toEqual([]);
  });

  it("is ready for a store once it has an id of its own", () => {
    const own = of(browser);
    if (browser === "firefox") own.browser_specific_settings.gecko.id = "repute@example.com";
    expect(checkManifest(own, { backend, browser, paths: ["content.js", "icons/16.png", "manifest.json"] })).toEqual([]);
    expect(
      checkCode(own, { "content.js": "const a = evaluate(1);", "popup.html": '<script src="popup.js"></script>' }),
    ).toEqual([]);
  });
});

describe("a permission without a reason is found", () => {
  it.each([
    ["permissions", (one: { permissions: string[] }) => one.permissions.push("tabs"), "permissions: tabs has no reason"],
    [
      "hosts",
      (one: { host_permissions: string[] }) => one.host_permissions.push("https://*/*"),
      "host_permissions: https://*/* has no reason",
    ],
    [
      "content scripts",
      (one: { content_scripts: object[] }) => one.content_scripts.push({ matches: ["https://www.facebook.com/*"] }),
      "content_scripts: https://www.facebook.com/* has no reason",
    ],
  ])("in %s", (_what, change, problem) => {
    const changed = of("chrome");
    change(changed);
    expect(permissionProblems(changed)).toEqual([problem]);
  });

  it("and so is a reason without a permission", () => {
    expect(permissionProblems({ ...of("chrome"), permissions: ["sidePanel"] })).toEqual([
      "permissions: scripting is not requested",
    ]);
  });
});

it.each([
  ["eval", { "a.js": "eval (text)" }, "a.js contains eval"],
  ["functions from strings", { "a.js": 'new Function("return 1")' }, "a.js contains new Function"],
  ["scripts from addresses", { "a.js": 'import("https://cdn.example.com/a.js")' }, "a.js contains an import from an address"],
  ["script elements", { "a.js": 'document.createElement("script")' }, "a.js contains a script element"],
  [
    "pages with other scripts",
    { "a.html": '<script src="https://cdn.example.com/a.js"></script>' },
    "a.html has a script from elsewhere",
  ],
  ["inline scripts", { "a.html": "<script>start()</script>" }, "a.html has a script from elsewhere"],
])("remote code is found: %s", (_what, files, problem) => {
  expect(checkCode(of("chrome"), files)).toEqual([problem]);
});

it("a policy that permits other scripts is found", () => {
  const changed = of("chrome");
  changed.content_security_policy.extension_pages = "script-src 'self' https://cdn.example.com 'unsafe-eval'";
  expect(checkCode(changed, {})).toHaveLength(2);
});

it("what a store would reject in the manifest is found", () => {
  const changed = of("firefox");
  delete changed.browser_specific_settings.gecko.data_collection_permissions;
  const problems = checkManifest(changed, { backend: "http://127.0.0.1:8000", browser: "firefox", paths: ["content.js.map"] });
  expect(problems).toEqual([
    "the server's address is not https: http://127.0.0.1:8000",
    "data_collection_permissions is missing",
    "the id for Firefox is the example's: pass --firefox-id",
    "content.js.map does not belong into a package",
  ]);
});

it("the store's texts are complete, short enough and say the same as the extension", () => {
  expect(messages.description.length).toBeLessThanOrEqual(132);
  const texts = readdirSync(STORE).filter((name) => name.endsWith(".md"));
  expect(texts.sort()).toEqual(["listing.md", "privacy.md", "safari.md"]);
  expect(readFileSync(join(STORE, "listing.md"), "utf8")).toContain(messages.description);
});
