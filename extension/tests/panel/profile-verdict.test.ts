import { h, render } from "preact";
import { expect, it } from "vitest";
import { ProfileVerdict } from "../../src/panel/profile-verdict.js";
import type { Advice, ProfileAssessment } from "../../src/shared/wire.js";

const HEADLINE: Advice = { code: "headline", message: "Say whom you help", question: "Which job?", worth: 9, spans: [] };
const LEAVE: Advice = { code: "leave", message: "Leave it as it is.", question: "", worth: 0, spans: [] };
const FINDING = {
  rule: "r",
  message: "Skills: list at least 5",
  quote: "",
  why: "",
  severity: "tip",
  evidence: { grade: "D", source: "" },
} as unknown as ProfileAssessment["findings"][number];

function show(values: Partial<ProfileAssessment>): HTMLElement {
  const box = document.createElement("div");
  const verdict = { score: 70, band: "good", confidence: null, note: "", dimensions: { about: 60 }, advice: [], findings: [] };
  render(h(ProfileVerdict, { verdict: { ...verdict, ...values } as unknown as ProfileAssessment }), box);
  return box;
}

it("shows the advice on a profile before its dimensions and tips", () => {
  const text = show({ advice: [HEADLINE], findings: [FINDING] }).textContent ?? "";
  const parts = ["Say whom you help", "Which job?", "About +9 points", "About60", "Tips", "Skills: list at least 5"];
  const places = parts.map((part) => text.indexOf(part));
  expect(places).not.toContain(-1);
  expect(places.toSorted((a, b) => a - b)).toEqual(places);
});

it("says that a profile has no tips only without advice and findings", () => {
  const says = (values: Partial<ProfileAssessment>): boolean =>
    show(values).textContent?.includes("No tips this time") ?? false;
  expect(says({})).toBe(true);
  expect(says({ advice: [HEADLINE] })).toBe(false);
  expect(says({ findings: [FINDING] })).toBe(false);
  expect(show({ advice: [LEAVE] }).textContent).toContain("Leave it as it is.");
});
