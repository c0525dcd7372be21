/** What the worker sends for a suggested wording. */
import { expect, it, vi } from "vitest";
import type { WordingJob } from "../../src/shared/wording-help.js";

const sent = vi.hoisted(() => [] as { path: string; body: object }[]);
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
    throw new Error("nobody answers");
  },
}));

const { suggestWording } = await import("../../src/background/wording.js");

it("names the company that the card showed, not the one that the worker has learned of since", async () => {
  const text = "We changed the label on every pallet.";
  const job: WordingJob = {
    surface: "x-post",
    text,
    advice: { code: "fact", message: "Add a figure", question: "How many?" },
    span: { start: 0, end: text.length },
    passage: text,
    company: "Quill Models",
  };
  await expect(suggestWording(job, new AbortController().signal)).rejects.toThrow("nobody answers");
  expect(sent).toMatchObject([{ path: "/api/v1/wording", body: { advice: "fact", company: "Quill Models" } }]);
});
