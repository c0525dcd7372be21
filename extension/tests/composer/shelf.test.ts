/** The lists of kept drafts and ideas: opening, deleting with Undo, ideas that become drafts, and their limits. */
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, expect, it, vi } from "vitest";
import type { Desk } from "../../src/composer/desk.js";
import { KeptTexts, MAX_KEPT } from "../../src/composer/kept-texts.js";
import { Shelf } from "../../src/composer/shelf.js";

let box: HTMLElement;
let drafts: KeptTexts;
let ideas: KeptTexts;
let isBlocked: boolean;
let desk: Desk;

const show = (): Promise<void> => act(() => render(h(Shelf, { drafts, ideas, desk: { ...desk } }), box));

beforeEach(async () => {
  localStorage.clear();
  isBlocked = false;
  const storage = () => {
    if (isBlocked) throw new DOMException("blocked", "SecurityError");
    return localStorage;
  };
  [drafts, ideas] = [new KeptTexts("7", "draft", storage), new KeptTexts("7", "idea", storage)];
  box = document.createElement("div");
  document.body.replaceChildren(box);
  desk = {
    current: "new",
    surface: "x-reply",
    hasUnkept: false,
    open: vi.fn((draft) => {
      desk.current = draft.id;
    }),
    start: vi.fn(() => {
      desk.current = "another";
    }),
  };
  drafts.keep({ id: "a", surface: "x-post", text: "Harbour pilots\nfill in forms.", at: 1_000 });
  drafts.keep({ id: "b", surface: "linkedin-post", text: "Dentists keep drawers.", at: 2_000 });
  ideas.keep({ id: "c", surface: "x-post", text: "Ask Ida about page four.", at: 3_000 });
  await show();
});

const button = (name: string): HTMLButtonElement => {
  const found = [...box.querySelectorAll("button")].find(
    (one) => (one.getAttribute("aria-label") ?? one.textContent ?? "").startsWith(name) && !one.closest("[hidden]"),
  );
  if (!found) throw new Error(`no button ${name}: ${box.textContent}`);
  return found;
};
const press = async (name: string): Promise<void> => {
  await act(() => button(name).click());
  await show();
};
const texts = (kept: KeptTexts): string[] => kept.all().map(({ text }) => text);

it("lists drafts by their first words, the one changed last first", async () => {
  desk.current = "b";
  await press("2 drafts");
  const rows = [...box.querySelectorAll(".write-open")].map((row) => row.textContent ?? "");
  expect(rows.map((row) => [row.startsWith("Dentists keep drawers.LinkedIn post"), row.includes("in the editor")])).toEqual([
    [true, true],
    [false, false],
  ]);
  expect(rows[1]).toMatch(/^Harbour pilotsX post · changed /);
  await press("Harbour pilots");
  expect(desk.open).toHaveBeenCalledWith({ id: "a", surface: "x-post", text: "Harbour pilots\nfill in forms.", at: 1_000 });
  expect(box.querySelector(".write-kept")?.hasAttribute("hidden"), "the list closes").toBe(true);
});

it("brings a deleted draft back as it was", async () => {
  await press("2 drafts");
  await press("Delete the draft “Harbour");
  expect([texts(drafts), desk.start]).toEqual([["Dentists keep drawers."], expect.anything()]);
  expect(desk.start).not.toHaveBeenCalled();
  expect(document.activeElement).toBe(button("Undo"));
  await press("Undo");
  expect(drafts.get("a")).toEqual({ id: "a", surface: "x-post", text: "Harbour pilots\nfill in forms.", at: 1_000 });
  expect(desk.open).not.toHaveBeenCalled();
});

it("empties the editor with the draft in it, and fills it again, unless another one was begun", async () => {
  desk.current = "a";
  await press("2 drafts");
  await press("Delete the draft “Harbour");
  expect(desk.start).toHaveBeenCalledOnce();
  await press("Undo");
  expect(desk.open).toHaveBeenCalledOnce();

  await press("Delete the draft “Harbour");
  drafts.keep({ id: "another", surface: "x-post", text: "Begun since." });
  await press("Undo");
  expect(desk.open).toHaveBeenCalledOnce();
  expect(texts(drafts)).toContain("Harbour pilots\nfill in forms.");
});

it("opens an idea as a draft for the chosen surface, and keeps it if that fails", async () => {
  await press("1 idea");
  isBlocked = true;
  await press("Write it");
  isBlocked = false;
  expect(desk.open).not.toHaveBeenCalled();
  await press("Write it");
  expect(desk.open).toHaveBeenCalledWith(expect.objectContaining({ surface: "x-reply", text: "Ask Ida about page four." }));
  expect([texts(ideas), texts(drafts)[0]]).toEqual([[], "Ask Ida about page four."]);
});

it("saves an idea, or says that the browser cannot", async () => {
  await press("1 idea");
  const field = box.querySelector("textarea");
  if (!field) throw new Error("no field");
  const save = async (text: string): Promise<void> => {
    await act(() => {
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await press("Save idea");
  };
  await save("  One more. ");
  expect([texts(ideas)[0], field.value]).toEqual(["One more.", ""]);
  isBlocked = true;
  await save("Not kept.");
  expect([box.querySelector("[role=alert]")?.textContent, field.value]).toEqual([
    expect.stringContaining("cannot keep your idea"),
    "Not kept.",
  ]);
});

it("starts no draft beyond the limit, and says so", async () => {
  for (let count = drafts.all().length; count < MAX_KEPT; count += 1) {
    drafts.keep({ id: `${count}`, surface: "x-post", text: `Draft ${count}` });
  }
  await show();
  await press("1 idea");
  expect([button("New draft").disabled, button("Write it").disabled]).toEqual([true, true]);
  expect(box.textContent).toContain(`You have ${MAX_KEPT} drafts, as many as this browser keeps.`);
  await press(`${MAX_KEPT} drafts`);
  await press("Delete the draft “Draft 150”");
  expect(button("New draft").disabled).toBe(false);
});

it("lets nothing take the place of a draft that the browser cannot keep", async () => {
  desk.hasUnkept = true;
  await show();
  await press("2 drafts");
  expect([button("New draft").disabled, button("Harbour pilots").disabled]).toEqual([true, true]);
});
