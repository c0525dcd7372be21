import type { ClientState, SettingsChange } from "../shared/protocol.js";

/** What every section of the page gets: what holds now, and the ways to change it. */
export interface Given {
  state: ClientState;
  take: (now: ClientState) => void;
  change: (settings: SettingsChange) => Promise<void>;
}
