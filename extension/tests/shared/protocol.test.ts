import fc from "fast-check";
import { expect, it } from "vitest";
import { envelope, parseNotice, requestKind, VERSION } from "../../src/shared/protocol.js";

it("rejects messages of another version or an unknown kind", () => {
  const known = new Set(["assess"]);
  expect(requestKind(envelope({ kind: "assess" }), known)).toBe("assess");
  expect(requestKind({ kind: "assess", v: VERSION + 1 }, known)).toBeNull();
  expect(requestKind({ kind: "assess" }, known)).toBeNull();
  expect(requestKind(envelope({ kind: "unpair" }), known)).toBeNull();
  fc.assert(fc.property(fc.jsonValue(), (value) => requestKind(value, known) === null));
  expect(parseNotice(envelope({ kind: "act" }))).toBeNull();
});
