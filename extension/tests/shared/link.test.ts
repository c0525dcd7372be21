import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_LINK, parsePostLink } from "../../src/shared/link.js";

describe("parsePostLink", () => {
  it.each([
    [
      "https://www.linkedin.com/posts/robin-vale_one-form-activity-7260-AbCd?utm_source=share&rcm=ACoAA",
      "linkedin-post",
      "https://www.linkedin.com/posts/robin-vale_one-form-activity-7260-AbCd",
    ],
    [
      "  https://de.linkedin.com/feed/update/urn:li:activity:7260/ ",
      "linkedin-post",
      "https://de.linkedin.com/feed/update/urn:li:activity:7260/",
    ],
    ["https://x.com/robin/status/18?s=20", "x-post", "https://x.com/robin/status/18"],
    ["https://twitter.com/robin/status/18#m", "x-reply", "https://twitter.com/robin/status/18"],
  ] as const)("drops query and fragment: %s", (input, surface, link) => {
    expect(parsePostLink(input, surface)).toBe(link);
  });

  it.each([
    ["http://x.com/robin/status/18", "x-post"],
    ["https://x.com/robin", "x-post"],
    ["https://x.com.evil.example/robin/status/18", "x-post"],
    ["https://www.linkedin.com/posts/one", "x-post"],
    ["https://www.linkedin.com/in/robin", "linkedin-post"],
    ["https://www.linkedin.com/messaging/thread/2", "linkedin-post"],
    ["javascript:alert(1)//x.com/robin/status/18", "x-post"],
    ["correct horse battery staple", "x-post"],
    [`https://x.com/robin/status/18${"0".repeat(MAX_LINK)}`, "x-post"],
    ["", "linkedin-post"],
  ] as const)("rejects %s", (input, surface) => {
    expect(parsePostLink(input, surface)).toBeNull();
  });

  it("returns null for any other clipboard content", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.webUrl()), (input) => parsePostLink(input, "x-post") === null));
  });
});
