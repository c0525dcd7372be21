/** What the worker sends for a suggested wording. */
import { expect, it, vi } from "vitest";
import type { WordingJob } from "../../src/shared/wording-help.js";

const sent = vi.hoisted(() => [] as { path: string; body: object }[]);
let problem: Error = new Error("nobody answers");
vi.stubGlobal("__BACKEND__", "https://repute.example.com");
vi.mock("../../src/background/sent-log.js", () => ({ logSent: async () => undefined }));
vi.mock("../../src/background/pairing.js", () => ({
  account: async () => ({
    me: {
      organisation: { trade_words: [] },
      wording_help: { mode: "endpoint", company: "Feather Models", is_on: true },
    },
  }),
  authorizedCall: async (call: { path: string; body: object }) => {
    sent.push(call);
    throw problem;
  },
}));

const { suggestWording } = await import("../../src/background/wording.js");
const { ApiError } = await import("../../src/background/api.js");

const TEXT = "We changed the label on every pallet.";
const JOB: WordingJob = {
  surface: "x-post",
  text: TEXT,
  advice: { code: "fact", message: "Add a figure", question: "How many?" },
  span: { start: 0, end: TEXT.length },
  passage: TEXT,
  company: "Quill Models",
};

it("names the company that the card showed, not the one that the worker has learned of since", async () => {
  await expect(suggestWording(JOB, new AbortController().signal)).rejects.toThrow("nobody answers");
  expect(sent).toMatchObject([{ path: "/api/v1/wording", body: { advice: "fact", company: "Quill Models" } }]);
});

it("tells the card the server's code, so that it can offer the way out", async () => {
  problem = new ApiError("refused", "Read it first.", "notice-not-acknowledged");
  const refusal = { code: "refused", detail: "Read it first.", problem: "notice-not-acknowledged" };
  await expect(suggestWording(JOB, new AbortController().signal)).rejects.toMatchObject(refusal);
});
