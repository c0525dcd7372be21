import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { linkedin } from "../../../src/content/sites/linkedin.js";
import { plainSite } from "../../../src/content/sites/plain.js";
import { CONTRACT, confidenceIn, type Selector } from "../../../src/content/sites/site.js";
import { x } from "../../../src/content/sites/x.js";
import messages from "../../../src/messages.json" with { type: "json" };
import { LAYOUTS } from "../../../src/shared/wire.js";

const ADAPTERS = [...linkedin.adapters, ...x.adapters, ...plainSite("other-post").adapters];
const PAGES = join(import.meta.dirname, "../../../../tests/browser/pages");

describe("adapters", () => {
  it("exist for each site and layout that can be disabled", () => {
    const expected = Object.entries(LAYOUTS).flatMap(([name, layouts]) => layouts.map((layout) => `${name} ${layout}`));
    expect(ADAPTERS.map(({ name, layout }) => `${name} ${layout}`)).toEqual(expected);
    for (const name of Object.keys(LAYOUTS)) expect(messages).toHaveProperty(`site_${name}`);
  });

  it.each(ADAPTERS)("for $name $layout have the current contract and a synthetic fixture", ({ contract, fixture }) => {
    expect(contract).toBe(CONTRACT);
    const page = join(PAGES, fixture);
    expect(existsSync(page)).toBe(true);
    expect(readFileSync(page, "utf8")).toMatch(/<title>.*\(synthetic\)<\/title>/);
  });
});

describe("confidence", () => {
  const selector = (confidence: Selector["confidence"]): Selector => ({
    css: "p",
    captured: "2026",
    source: "a test",
    confidence,
  });

  it("is the lowest of the selectors", () => {
    expect(confidenceIn([selector("high"), selector("high")], "quill")).toBe("high");
    expect(confidenceIn([selector("high"), selector("medium")], "quill")).toBe("medium");
    expect(confidenceIn([selector("low"), selector("medium")], "quill")).toBe("low");
  });

  it("is low for an untested engine", () => {
    expect(confidenceIn([selector("high")], "lexical")).toBe("low");
  });
});
