/**
 * Spelling and grammar in the web composer, on this device. The worker is started, and Harper loaded, with the first draft after the
 * rep turns it on; turning it off ends the worker and frees its memory.
 */
import type { CheckRequest, CheckResponse } from "../grammar/messages.js";
import {
  defaultDialect,
  type GrammarFinding,
  type GrammarSettings,
  type GrammarSettingsChange,
  withGrammarChange,
} from "../shared/grammar.js";
import type { Result } from "../shared/result.js";

/** Whether it is on, and in which English, belongs to the device and survives signing out. */
const DEVICE_KEY = "repute-grammar";
/** The rep's own dictionary and choice of rules: `pages.js` deletes the keys with this prefix on signing out. */
export const OWN_PREFIX = "repute-grammar:";

type WorkerLike = Pick<Worker, "postMessage" | "terminate" | "addEventListener">;

interface GrammarCheckOptions {
  /** The id of the signed-in person. */
  person: string;
  /** The address of Harper's WebAssembly. */
  binary: string;
  createWorker: () => WorkerLike;
  /** Throws where the browser blocks it. */
  storage?: () => Storage;
}

export class GrammarCheck {
  readonly #options: Required<GrammarCheckOptions>;
  #settings: GrammarSettings;
  #worker: WorkerLike | null = null;
  #lastId = 0;
  readonly #waiting = new Map<number, (result: Result<GrammarFinding[]>) => void>();
  /** Whether the last check failed, as it does when Harper cannot be fetched. */
  hasFailed = false;
  onChange: () => void = () => undefined;

  constructor(options: GrammarCheckOptions) {
    this.#options = { storage: () => localStorage, ...options };
    this.#deleteOthers();
    this.#settings = this.#stored();
  }

  get settings(): GrammarSettings {
    return this.#settings;
  }

  change(change: GrammarSettingsChange): void {
    this.#settings = withGrammarChange(this.#settings, change);
    const { on, dialect, words, off } = this.#settings;
    this.#store(DEVICE_KEY, { on, dialect });
    this.#store(OWN_PREFIX + this.#options.person, { words, off });
    if (!on) this.#end();
    this.hasFailed = false;
    this.onChange();
  }

  async check(text: string): Promise<Result<GrammarFinding[]>> {
    if (!this.#settings.on) return { ok: [] };
    this.#worker ??= this.#start();
    this.#lastId += 1;
    const [worker, id] = [this.#worker, this.#lastId];
    const result = await new Promise<Result<GrammarFinding[]>>((resolve) => {
      this.#waiting.set(id, resolve);
      const { binary } = this.#options;
      worker.postMessage({ id, binary, text, settings: this.#settings } satisfies CheckRequest);
    });
    const hasFailed = "error" in result && result.error !== "stale";
    if (hasFailed !== this.hasFailed) {
      this.hasFailed = hasFailed;
      this.onChange();
    }
    return result;
  }

  #start(): WorkerLike {
    const worker = this.#options.createWorker();
    worker.addEventListener("message", (event) => {
      const { id, findings } = (event as MessageEvent<CheckResponse>).data;
      this.#waiting.get(id)?.(findings ? { ok: findings } : { error: "unreachable" });
      this.#waiting.delete(id);
    });
    // The script itself could not be loaded. The next draft tries again.
    worker.addEventListener("error", () => this.#end("unreachable"));
    return worker;
  }

  #end(error: "stale" | "unreachable" = "stale"): void {
    this.#worker?.terminate();
    this.#worker = null;
    for (const resolve of this.#waiting.values()) resolve({ error });
    this.#waiting.clear();
  }

  #stored(): GrammarSettings {
    const defaults: GrammarSettings = { on: false, dialect: defaultDialect(navigator.language), words: [], off: [] };
    const device = this.#read(DEVICE_KEY);
    const own = this.#read(OWN_PREFIX + this.#options.person);
    const list = (value: unknown): string[] =>
      Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
    return { ...withGrammarChange(defaults, device), words: list(own["words"]), off: list(own["off"]) };
  }

  /** What another person has left behind, whose session ended without signing out. */
  #deleteOthers(): void {
    try {
      const storage = this.#options.storage();
      for (const key of Object.keys(storage)) {
        if (key.startsWith(OWN_PREFIX) && key !== OWN_PREFIX + this.#options.person) storage.removeItem(key);
      }
    } catch {
      // Nothing can be stored, so nothing is left.
    }
  }

  #read(key: string): Record<string, unknown> {
    try {
      const value: unknown = JSON.parse(this.#options.storage().getItem(key) ?? "null");
      return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
    } catch {
      return {};
    }
  }

  /** Where nothing can be stored, the choice lasts until the page is left. */
  #store(key: string, value: object): void {
    try {
      this.#options.storage().setItem(key, JSON.stringify(value));
    } catch {
      // The storage is blocked or full.
    }
  }
}
