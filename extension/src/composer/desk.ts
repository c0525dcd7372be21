/** The editor, as the lists of drafts and ideas use it. */
import type { Surface } from "../shared/wire.js";
import type { KeptText } from "./kept-texts.js";

export interface Desk {
  /** The id of the draft in the editor. */
  current: string;
  surface: Surface;
  /** Whether the browser cannot keep what is in the editor, so that nothing may take its place. */
  hasUnkept: boolean;
  open: (draft: KeptText) => void;
  /** Empties the editor for another draft. */
  start: () => void;
}
