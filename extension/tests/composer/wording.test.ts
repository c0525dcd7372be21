import { expect, it } from "vitest";
import { WordingRequests } from "../../src/composer/wording.js";
import type { WordingJob } from "../../src/shared/wording-help.js";

const TEXT = "We changed the label on every pallet. Fewer of them came back.";
const JOB: WordingJob = {
  surface: "linkedin-post",
  text: TEXT,
  advice: { code: "fact", message: "Add a figure", question: "How many?" },
  span: { start: 38, end: TEXT.length },
  passage: TEXT.slice(38),
  company: "Quill Models",
};

it("tells the server which company the writer was shown, and shows why the server refuses another one", async () => {
  const sent: [string, object][] = [];
  const requests = new WordingRequests({ mode: "endpoint", company: "Quill Models" }, async (endpoint, body) => {
    sent.push([endpoint, body]);
    return { error: "refused", detail: "Reload this page." };
  });
  const result = await requests.suggest(JOB, () => undefined);
  expect(result).toEqual({ error: "refused", detail: "Reload this page." });
  expect(sent).toEqual([["wording", { surface: "linkedin-post", text: TEXT, advice: "fact", company: "Quill Models" }]]);
});
