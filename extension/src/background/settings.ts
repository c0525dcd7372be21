/** The rep's choices on this device. */

import { CONSENT_VERSION } from "../shared/consent.js";
import { defaultDialect, type GrammarSettings, withGrammarChange } from "../shared/grammar.js";
import { type OwnNames, parseOwnName } from "../shared/profile.js";
import type { Mode, SettingsChange } from "../shared/protocol.js";
import * as store from "./store.js";

export interface Settings {
  consented: boolean;
  /** What the rep agreed to (`CONSENT_VERSION`). */
  consentVersion: number;
  mode: Mode;
  underlines: boolean;
  paused: string[];
  /** The local date on which every site is paused. It is compared when needed, so that no timer is required. */
  pausedOn: string;
  grammar: GrammarSettings;
  profiles: OwnNames;
}

const DEFAULTS: Settings = {
  consented: false,
  // Of settings that an earlier version stored.
  consentVersion: 1,
  mode: "card",
  underlines: true,
  paused: [],
  pausedOn: "",
  grammar: { on: false, dialect: defaultDialect(navigator.language), words: [], off: [] },
  profiles: { linkedin: "", x: "" },
};

/** The date by this device's clock, so that a pause ends at local midnight wherever the rep is. */
export const localDay = (time: Date): string =>
  [time.getFullYear(), time.getMonth() + 1, time.getDate()].map((part) => String(part).padStart(2, "0")).join("-");

export const isPausedOn = ({ pausedOn }: Settings, now: Date): boolean => pausedOn === localDay(now);

export async function load(): Promise<Settings> {
  return { ...DEFAULTS, ...((await store.get("settings")) as Partial<Settings> | undefined) };
}

export async function change(changes: SettingsChange): Promise<void> {
  await store.update("settings", (stored) => {
    const settings: Settings = { ...DEFAULTS, ...(stored as Partial<Settings> | undefined) };
    if (typeof changes.consented === "boolean") settings.consented = changes.consented;
    if (changes.consented === true) settings.consentVersion = CONSENT_VERSION;
    if (changes.mode === "card" || changes.mode === "quiet") settings.mode = changes.mode;
    if (typeof changes.underlines === "boolean") settings.underlines = changes.underlines;
    if (changes.pausedHost) {
      const { host, paused } = changes.pausedHost;
      settings.paused = settings.paused.filter((other) => other !== host);
      if (paused) settings.paused.push(host);
    }
    if (typeof changes.pausedToday === "boolean") settings.pausedOn = changes.pausedToday ? localDay(new Date()) : "";
    for (const site of ["linkedin", "x"] as const) {
      const typed = changes.profiles?.[site];
      if (typeof typed === "string") settings.profiles = { ...settings.profiles, [site]: parseOwnName(site, typed) ?? "" };
    }
    if (changes.grammar) settings.grammar = withGrammarChange(settings.grammar, changes.grammar);
    return settings;
  });
}

/** Resets the settings that belong to the person and not to the device. */
export async function clearPersonalSettings(): Promise<void> {
  const { grammar } = await load();
  await store.update("settings", (stored) => ({
    ...(stored as Settings | undefined),
    profiles: DEFAULTS.profiles,
    grammar: { ...grammar, words: [], off: [] },
  }));
}

/** Ends a pause whose day has passed. Returns whether there was one. */
export async function clearExpiredPause(): Promise<boolean> {
  const settings = await load();
  if (settings.pausedOn === "" || isPausedOn(settings, new Date())) return false;
  await change({ pausedToday: false });
  return true;
}
