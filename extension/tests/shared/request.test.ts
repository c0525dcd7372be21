/** Requests while the worker is being stopped, and from a script whose extension was removed. */
import { afterEach, expect, it, vi } from "vitest";
import { request } from "../../src/shared/protocol.js";

const stopped = new Error("The message port closed before a response was received.");
const content = { editor: "one" };

function stubRuntime(sendMessage: () => Promise<unknown>, id: string | undefined = "extension"): void {
  vi.stubGlobal("chrome", { runtime: { id, sendMessage } });
}
afterEach(() => vi.unstubAllGlobals());

it("request is sent again when the worker was stopped", async () => {
  const send = vi.fn().mockRejectedValueOnce(stopped).mockResolvedValueOnce({ ok: null });
  stubRuntime(send);
  expect(await request("cancel", content)).toEqual({ ok: null });
  expect(send).toHaveBeenCalledTimes(2);
});

it("request is unreachable when the worker was stopped twice", async () => {
  const send = vi.fn().mockRejectedValue(stopped);
  stubRuntime(send);
  expect(await request("cancel", content)).toEqual({ error: "unreachable" });
  expect(send).toHaveBeenCalledTimes(2);
});

it("request is not sent after the extension was reloaded", async () => {
  const send = vi.fn();
  vi.stubGlobal("chrome", { runtime: { sendMessage: send } });
  expect(await request("cancel", content)).toEqual({ error: "reloaded" });
  expect(send).not.toHaveBeenCalled();
});

it("request passes an error of the worker on", async () => {
  stubRuntime(async () => ({ error: "busy" }));
  expect(await request("cancel", content)).toEqual({ error: "busy" });
});
