/**
 * The tips that the rep ignored, so that the same tip for the same words stays hidden when a page is opened again. The words
 * are not stored: only keyed hashes, with a key that never leaves this device.
 */
import { textAt } from "./span.js";
import type { Assessment } from "./wire.js";

type FindingKey = Pick<Assessment["findings"][number], "rule" | "span">;

/** Identifies a tip across drafts. `words` is empty for a tip about the whole text. */
export interface TipKey {
  rule: string;
  words: string;
}

export interface KeyValueStore {
  get: (name: string) => Promise<unknown>;
  set: (name: string, value: unknown) => Promise<unknown>;
}

/** Beyond this many hashes the oldest are dropped. */
const MAX_HASHES = 1_000;
const KEY = "ignored-key";
const HASHES = "ignored";

const isString = (value: unknown): value is string => typeof value === "string";

export class IgnoredTips {
  readonly #store: KeyValueStore;
  #key: Promise<CryptoKey> | null = null;
  #lastChange: Promise<unknown> = Promise.resolve();

  constructor(store: KeyValueStore) {
    this.#store = store;
  }

  /** Adds the indexes of the findings whose tips were ignored before; none if the store cannot be read. */
  async markIgnored<T extends { findings: FindingKey[] }>(result: T, text: string): Promise<T & { ignored: number[] }> {
    return { ...result, ignored: await this.#ignoredAmong(result.findings, text).catch(() => []) };
  }

  async #ignoredAmong(findings: readonly FindingKey[], text: string): Promise<number[]> {
    const ignored = new Set(await this.#hashes());
    if (ignored.size === 0) return [];
    const hashes = await Promise.all(
      findings.map(({ rule, span }) => (span ? this.#hash({ rule, words: textAt(text, span) }) : null)),
    );
    return [...hashes.entries()].flatMap(([index, hash]) => (hash !== null && ignored.has(hash) ? [index] : []));
  }

  /** Tips about the whole text are not remembered: they apply to that one text only. */
  async add(tip: TipKey): Promise<void> {
    if (tip.words === "") return;
    const hash = await this.#hash(tip);
    await this.#change((hashes) => [...hashes.filter((other) => other !== hash), hash].slice(-MAX_HASHES));
  }

  async remove(tips: readonly TipKey[]): Promise<void> {
    const removed = new Set(await Promise.all(tips.map((tip) => this.#hash(tip))));
    await this.#change((hashes) => hashes.filter((hash) => !removed.has(hash)));
  }

  async #hashes(): Promise<string[]> {
    const stored = await this.#store.get(HASHES);
    return Array.isArray(stored) ? stored.filter(isString) : [];
  }

  /** Changes run one at a time, because one of two concurrent changes would be lost. */
  #change(change: (hashes: string[]) => string[]): Promise<void> {
    const run = this.#lastChange.then(async () => {
      await this.#store.set(HASHES, change(await this.#hashes()));
    });
    this.#lastChange = run.catch(() => null);
    return run;
  }

  async #hash({ rule, words }: TipKey): Promise<string> {
    this.#key ??= this.#loadKey();
    const signature = await crypto.subtle.sign("HMAC", await this.#key, new TextEncoder().encode(`${rule}\n${words}`));
    return [...new Uint8Array(signature, 0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async #loadKey(): Promise<CryptoKey> {
    let bytes = await this.#store.get(KEY);
    if (!Array.isArray(bytes)) {
      bytes = [...crypto.getRandomValues(new Uint8Array(32))];
      await this.#store.set(KEY, bytes);
    }
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    return crypto.subtle.importKey("raw", new Uint8Array(bytes as number[]), algorithm, false, ["sign"]);
  }
}
