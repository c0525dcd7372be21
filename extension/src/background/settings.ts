/** The rep's choices on this device. */
import type { ChangedSettings, Mode } from "../shared/protocol.js";
import * as store from "./store.js";

export interface Settings {
  consented: boolean;
  mode: Mode;
  underlines: boolean;
  paused: string[];
}

const DEFAULTS: Settings = { consented: false, mode: "card", underlines: true, paused: [] };

export async function load(): Promise<Settings> {
  return { ...DEFAULTS, ...((await store.get("settings")) as Partial<Settings> | undefined) };
}

export async function change(changed: ChangedSettings): Promise<void> {
  const settings = await load();
  if (typeof changed.consented === "boolean") settings.consented = changed.consented;
  if (changed.mode === "card" || changed.mode === "quiet") settings.mode = changed.mode;
  if (typeof changed.underlines === "boolean") settings.underlines = changed.underlines;
  if (changed.pausedHost) {
    const { host, paused } = changed.pausedHost;
    settings.paused = settings.paused.filter((other) => other !== host);
    if (paused) settings.paused.push(host);
  }
  await store.set("settings", settings);
}
