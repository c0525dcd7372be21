/** Other sites: which fields count as composers, and where words may be replaced. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { plainSite } from "../../../src/content/sites/plain.js";
import { findComposer } from "../../../src/content/sites/site.js";

const site = plainSite("other-comment");

beforeEach(() => {
  vi.stubGlobal("scrollX", 0);
  vi.stubGlobal("scrollY", 0);
  // The DOM of these tests has no layout.
  Element.prototype.getBoundingClientRect = () => new DOMRect(0, 0, 400, 80);
  Element.prototype.checkVisibility = () => true;
  Object.defineProperty(HTMLElement.prototype, "isContentEditable", {
    configurable: true,
    get(this: HTMLElement) {
      return this.closest("[contenteditable]:not([contenteditable='false'])") !== null;
    },
  });
  window.history.replaceState(null, "", "/t/a-question/1");
});

const find = (html: string) => {
  document.body.innerHTML = html;
  const active = document.querySelector("#at");
  if (!active) throw new Error("no element with the focus");
  return findComposer(site, active);
};

describe("a composer is", () => {
  it.each([
    ["a text field of several lines", '<form><textarea id="at"></textarea></form>', "high"],
    ["an editable element", '<div contenteditable="true" id="at"></div>', "high"],
    ["one with plain text only", '<div contenteditable="plaintext-only" id="at"></div>', "high"],
    ["Quill", '<div class="ql-container"><div class="ql-editor" contenteditable="true" id="at"></div></div>', "high"],
    ["ProseMirror", '<div class="ProseMirror" contenteditable="true" id="at"></div>', "high"],
    ["an editor that was never tried", '<div data-slate-editor="true" contenteditable="true" id="at"></div>', "low"],
    ["Lexical", '<div data-lexical-editor="true" contenteditable="true" id="at"></div>', "low"],
  ])("%s", (_name, html, confidence) => {
    expect(find(html)).toMatchObject({
      adapter: "site",
      layout: "plain",
      surface: "other-comment",
      submit: null,
      confidence,
      editor: document.querySelector("#at"),
    });
  });

  it("the outermost editable element, if a rich editor makes parts of itself editable", () => {
    const composer = find(
      '<div id="editor" contenteditable="true"><figure><figcaption contenteditable="true" id="at"></figcaption></figure></div>',
    );
    expect(composer?.editor.id).toBe("editor");
  });
});

describe("no composer is", () => {
  it.each([
    ["a text field of one line", '<input id="at">'],
    ["an element that nobody can edit", '<p id="at">Read me</p>'],
    ["a part that is not editable", '<div contenteditable="false"><p id="at">Read me</p></div>'],
    ["search", '<form role="search"><textarea id="at"></textarea></form>'],
    ["a box that filters", '<textarea role="combobox" id="at"></textarea>'],
    ["a field that cannot be changed", '<textarea readonly id="at"></textarea>'],
    ["a code", '<textarea autocomplete="one-time-code" id="at"></textarea>'],
    ["a card's number", '<textarea autocomplete="cc-number" id="at"></textarea>'],
    ["an address", '<textarea autocomplete="street-address" id="at"></textarea>'],
    ["a phone number", '<textarea inputmode="tel" id="at"></textarea>'],
    ["program code", '<div class="cm-editor"><div contenteditable="true" id="at"></div></div>'],
    ["anything in a form with a password", '<form><textarea id="at"></textarea><input type="password"></form>'],
    ["a chat", '<div class="chat-window"><textarea id="at"></textarea></div>'],
    ["a direct message", '<div data-testid="dm-composer"><textarea id="at"></textarea></div>'],
    ["an inbox", '<section aria-label="Inbox"><div contenteditable="true" id="at"></div></section>'],
  ])("%s", (_name, html) => {
    expect(find(html)).toBeNull();
  });

  it.each(["/messages/7", "/messaging/", "/u/me/chat", "/inbox"])("anything at %s", (path) => {
    window.history.replaceState(null, "", path);
    expect(find('<textarea id="at"></textarea>')).toBeNull();
  });

  it("a field that cannot be seen", () => {
    Element.prototype.checkVisibility = () => false;
    expect(find('<textarea id="at"></textarea>')).toBeNull();
  });
});

it("words that only contain such names do not rule a field out", () => {
  expect(find('<div class="chateau-admin sandman"><textarea id="at"></textarea></div>')).not.toBeNull();
});
