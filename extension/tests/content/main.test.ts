/** What the content script answers before it knows its state. */
import { afterEach, expect, it, vi } from "vitest";
import { PROFILE_PORT } from "../../src/shared/profile.js";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

type Listener = (port: unknown) => void;

/** Runs the content script on LinkedIn; returns its listener for connections, and what completes the request for its state. */
async function start(): Promise<{ connect: Listener; respond: (state: object) => void }> {
  let respond: (state: object) => void = () => undefined;
  let connect: Listener = () => undefined;
  vi.stubGlobal("location", { host: "www.linkedin.com" });
  vi.stubGlobal("chrome", {
    runtime: {
      id: "extension",
      getURL: (path: string) => `chrome-extension://extension/${path}`,
      onConnect: { addListener: (listener: Listener) => (connect = listener) },
      onMessage: { addListener: () => undefined },
      sendMessage: () => new Promise((resolve) => (respond = (state) => resolve({ ok: state }))),
    },
  });
  await import("../../src/content/main.js");
  return { connect, respond };
}

it("a request for the profile waits until the content script knows whether it is paused", async () => {
  const { connect, respond } = await start();
  const postMessage = vi.fn();
  const sender = { id: "extension", url: "chrome-extension://extension/panel.html" };
  connect({ name: PROFILE_PORT, sender, postMessage, onDisconnect: { addListener: () => undefined } });
  expect(postMessage).not.toHaveBeenCalled();
  respond({ consented: false, paused: [], pausedToday: false });
  await vi.waitFor(() => expect(postMessage).toHaveBeenCalledWith({ error: "paused" }));
});
