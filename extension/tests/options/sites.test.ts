/** Other sites in the options: the browser is asked only by a click, and for that one site. */
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, expect, it, vi } from "vitest";
import { Sites } from "../../src/options/sites.js";
import type { ClientState, CoachedSite } from "../../src/shared/protocol.js";

let box: HTMLElement;
const request = vi.fn();
const remove = vi.fn();

const show = (...sites: CoachedSite[]): Promise<void> =>
  act(() => render(h(Sites, { state: { sites, organisation: "Harbour & Sons" } as unknown as ClientState }), box));
const press = (name: string): Promise<void> =>
  act(async () => box.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)?.click());
const BLOG: CoachedSite = { origin: "https://blog.example.com", place: "long-form", isAllowed: false };

beforeEach(() => {
  request.mockReset().mockResolvedValue(true);
  remove.mockReset().mockResolvedValue(true);
  vi.stubGlobal("chrome", { permissions: { request, remove } });
  box = document.createElement("div");
});

it("is not there without a listed site", async () => {
  await show();
  expect(box.textContent).toBe("");
});

it("is not there before the rep has agreed that other sites are read", async () => {
  const state = { sites: [BLOG], organisation: "Harbour & Sons", consentOutdated: true } as unknown as ClientState;
  await act(() => render(h(Sites, { state }), box));
  expect(box.textContent).toBe("");
});

it("asks for nothing by itself, and for one site on a click", async () => {
  await show(BLOG, { ...BLOG, origin: "https://forum.example.com", place: "other-post" });
  expect(box.textContent).toContain("Tips for articles, without a score");
  expect(request).not.toHaveBeenCalled();
  await press("Allow https://forum.example.com");
  expect(request.mock.calls).toEqual([[{ origins: ["https://forum.example.com/*"] }]]);
});

it("says that nothing is read where the rep said no to the browser", async () => {
  request.mockResolvedValue(false);
  await show(BLOG);
  await press("Allow https://blog.example.com");
  const answer = "Not allowed: nothing is read on https://blog.example.com.";
  await vi.waitFor(() => expect(box.querySelector('[role="alert"]')?.textContent).toBe(answer));
});

it("gives the permission back on a click", async () => {
  await show({ ...BLOG, isAllowed: true });
  await press("Withdraw permission for https://blog.example.com");
  expect(remove.mock.calls).toEqual([[{ origins: ["https://blog.example.com/*"] }]]);
});
