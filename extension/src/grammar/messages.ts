/** Between the web composer and the worker that checks spelling and grammar there. */
import type { GrammarFinding, GrammarSettings } from "../shared/grammar.js";

export interface CheckRequest {
  id: number;
  /** The address of Harper's WebAssembly. */
  binary: string;
  text: string;
  settings: GrammarSettings;
}

/** Without `findings` the text could not be checked. */
export interface CheckResponse {
  id: number;
  findings?: GrammarFinding[];
}
