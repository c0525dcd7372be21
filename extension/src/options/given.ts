import type { ChangedSettings, Situation } from "../shared/protocol.js";

/** What every section of the page gets: what holds now, and the ways to change it. */
export interface Given {
  situation: Situation;
  take: (now: Situation) => void;
  change: (settings: ChangedSettings) => Promise<void>;
}
