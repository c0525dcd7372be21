import type { ClientState, SettingsChange } from "../shared/protocol.js";

/** The props of every section of the options page. */
export interface SectionProps {
  state: ClientState;
  /** Shows the state that a response contained. */
  setState: (state: ClientState) => void;
  change: (settings: SettingsChange) => Promise<void>;
}
