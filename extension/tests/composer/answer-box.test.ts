/** The coach's questions, one after the other. */
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, expect, it, vi } from "vitest";
import { AnswerBox } from "../../src/composer/answer-box.js";

let box: HTMLElement;
const insert = vi.fn();

const ask = (...questions: string[]): Promise<void> => {
  const advice = questions.map((question, index) => ({
    code: `c${index}`,
    message: "Name it.",
    question,
    worth: 2,
    spans: [],
  }));
  return act(() => render(h(AnswerBox, { advice, insert }), box));
};
const asked = (): string | undefined => box.querySelector("label")?.lastChild?.textContent ?? undefined;
const type = (text: string): Promise<void> =>
  act(() => {
    const field = box.querySelector("textarea");
    if (!field) throw new Error("no field");
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
const press = (name: string): Promise<void> =>
  act(() => [...box.querySelectorAll("button")].find((one) => one.textContent === name)?.click());

beforeEach(() => {
  insert.mockClear();
  box = document.createElement("div");
  document.body.replaceChildren(box);
});

it("is not there without a question", async () => {
  await ask("", "");
  expect(box.textContent).toBe("");
});

it("inserts an answer only on a click, and goes on to the next question", async () => {
  await ask("Which customer?", "When?");
  await type("A ferry company.");
  expect(insert).not.toHaveBeenCalled();
  await press("Add at the end");
  expect(insert.mock.calls).toEqual([["A ferry company.", "end"]]);
  expect([asked(), box.querySelector("textarea")?.value]).toEqual(["When?", ""]);
  await type("In May.");
  await press("Add at the cursor");
  expect(insert).toHaveBeenLastCalledWith("In May.", "caret");
  expect(box.textContent).toBe("");
});

it("keeps the question while its answer is written, although the advice changes", async () => {
  await ask("Which customer?", "When?");
  await type("A ferry");
  await ask("When?");
  expect(asked()).toBe("Which customer?");
});

it("does not ask again what was answered or passed, and cannot add an empty answer", async () => {
  await ask("Which customer?", "When?");
  await press("Next question");
  expect(asked()).toBe("When?");
  await type(" \n");
  await press("Add at the end");
  expect(insert).not.toHaveBeenCalled();
  await type("In May.");
  await press("Add at the end");
  await ask("Which customer?", "When?", "Who else?");
  expect(asked()).toBe("Who else?");
});
