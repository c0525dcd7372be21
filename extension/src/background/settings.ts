/** The rep's choices on this device. */

import { DIALECTS, defaultDialect, type GrammarSettings, MAX_WORD_LENGTH, MAX_WORDS } from "../shared/grammar.js";
import { type OwnNames, parseOwnName } from "../shared/profile.js";
import type { Mode, SettingsChange } from "../shared/protocol.js";
import * as store from "./store.js";

export interface Settings {
  consented: boolean;
  mode: Mode;
  underlines: boolean;
  paused: string[];
  /** The day, by the rep's own calendar, on which every site is paused. No clock runs: it is compared when asked for. */
  pausedOn: string;
  grammar: GrammarSettings;
  profiles: OwnNames;
}

const DEFAULTS: Settings = {
  consented: false,
  mode: "card",
  underlines: true,
  paused: [],
  pausedOn: "",
  grammar: { on: false, dialect: defaultDialect(navigator.language), words: [], off: [] },
  profiles: { linkedin: "", x: "" },
};

/** The day by this device's calendar, so that a pause ends at local midnight, wherever the rep has travelled. */
export const localDay = (time: Date): string =>
  [time.getFullYear(), time.getMonth() + 1, time.getDate()].map((part) => String(part).padStart(2, "0")).join("-");

export const isPausedOn = ({ pausedOn }: Settings, now: Date): boolean => pausedOn === localDay(now);

export async function load(): Promise<Settings> {
  return { ...DEFAULTS, ...((await store.get("settings")) as Partial<Settings> | undefined) };
}

export async function change(changed: SettingsChange): Promise<void> {
  await store.update("settings", (kept) => {
    const settings: Settings = { ...DEFAULTS, ...(kept as Partial<Settings> | undefined) };
    if (typeof changed.consented === "boolean") settings.consented = changed.consented;
    if (changed.mode === "card" || changed.mode === "quiet") settings.mode = changed.mode;
    if (typeof changed.underlines === "boolean") settings.underlines = changed.underlines;
    if (changed.pausedHost) {
      const { host, paused } = changed.pausedHost;
      settings.paused = settings.paused.filter((other) => other !== host);
      if (paused) settings.paused.push(host);
    }
    if (typeof changed.pausedToday === "boolean") settings.pausedOn = changed.pausedToday ? localDay(new Date()) : "";
    for (const site of ["linkedin", "x"] as const) {
      const typed = changed.profiles?.[site];
      if (typeof typed === "string") settings.profiles = { ...settings.profiles, [site]: parseOwnName(site, typed) ?? "" };
    }
    if (changed.grammar) settings.grammar = withGrammarChange(settings.grammar, changed.grammar);
    return settings;
  });
}

/** What of it is the person's and not the device's. */
export async function clearPersonalSettings(): Promise<void> {
  const { grammar } = await load();
  await store.update("settings", (kept) => ({
    ...(kept as Settings | undefined),
    profiles: DEFAULTS.profiles,
    grammar: { ...grammar, words: [], off: [] },
  }));
}

/** The list with the item once, or without it; the oldest goes when there are too many. */
function withListChange(list: readonly string[], add: unknown, remove: unknown): string[] {
  const kept = list.filter((item) => item !== add && item !== remove);
  return typeof add === "string" && add !== "" && add.length <= MAX_WORD_LENGTH ? [...kept, add].slice(-MAX_WORDS) : kept;
}

function withGrammarChange(before: GrammarSettings, changed: NonNullable<SettingsChange["grammar"]>): GrammarSettings {
  return {
    on: typeof changed.on === "boolean" ? changed.on : before.on,
    dialect: DIALECTS.find((dialect) => dialect === changed.dialect) ?? before.dialect,
    words: withListChange(before.words, changed.addWord, changed.removeWord),
    off: withListChange(before.off, changed.ruleOff, changed.ruleOn),
  };
}

/** Forgets a pause whose day has passed. Whether there was one. */
export async function clearExpiredPause(): Promise<boolean> {
  const settings = await load();
  if (settings.pausedOn === "" || isPausedOn(settings, new Date())) return false;
  await change({ pausedToday: false });
  return true;
}
