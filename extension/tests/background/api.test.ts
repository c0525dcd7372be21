/** An answer that is not what the server sends is rejected as a whole. */
import { afterEach, expect, it, vi } from "vitest";
import { readAssessment } from "../../src/shared/wire.js";
import { assessmentOf } from "../draft/driver.js";

vi.hoisted(() => Object.assign(globalThis, { __BACKEND__: "https://repute.example" }));
const { call } = await import("../../src/background/api.js");

const ANSWER = assessmentOf({ surface: "x-post" });

const answer = (body: string, status = 200): void =>
  void vi.stubGlobal("fetch", async () => new Response(body, { status, headers: { "Content-Type": "application/json" } }));
const assess = () => call({ method: "POST", path: "/api/v1/assess", body: {}, read: readAssessment });

afterEach(() => void vi.unstubAllGlobals());

it("reads what the server sends", async () => {
  answer(JSON.stringify(ANSWER));
  await expect(assess()).resolves.toMatchObject({ score: 50 });
});

it.each([
  ["a page that asks to sign in to the network", "<!doctype html><title>Sign in to the network</title>"],
  ["a finding before the text", JSON.stringify({ ...ANSWER, findings: [{ span: { offset: -1, length: 3 } }] })],
  ["too much", JSON.stringify({ ...ANSWER, note: "x".repeat(4_000_001) })],
])("rejects %s", async (_what, body) => {
  answer(body);
  await expect(assess()).rejects.toMatchObject({ code: "invalid-answer" });
});

it("takes a page instead of a problem for a server that cannot be reached", async () => {
  answer("<html>Internal Server Error</html>", 500);
  await expect(assess()).rejects.toMatchObject({ code: "unreachable" });
});
