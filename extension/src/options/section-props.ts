import type { ClientState, SettingsChange } from "../shared/protocol.js";

/** What every section of the options page gets. */
export interface SectionProps {
  state: ClientState;
  /** Shows a state that came with an answer. */
  setState: (state: ClientState) => void;
  change: (settings: SettingsChange) => Promise<void>;
}
