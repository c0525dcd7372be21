/**
 * Tips that the rep put aside, so that the same tip for the same words stays away when a page is opened anew. What a draft
 * says is not kept for it: only keyed hashes, with a key that never leaves this device.
 */
import type { Assessment } from "./wire.js";

type FindingKey = Pick<Assessment["findings"][number], "rule" | "span">;

export interface TipKey {
  rule: string;
  words: string;
}

/** Where it is kept. */
export interface KeyValueStore {
  get: (name: string) => Promise<unknown>;
  set: (name: string, value: unknown) => Promise<unknown>;
}

/** As many tips are remembered; the oldest is forgotten first. */
const MAX_REMEMBERED = 1_000;
const KEY = "ignored-key";
const HASHES = "ignored";

const isText = (value: unknown): value is string => typeof value === "string";

export class IgnoredTips {
  readonly store: KeyValueStore;
  #key: Promise<CryptoKey> | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(shelf: KeyValueStore) {
    this.store = shelf;
  }

  /** The answer, with the places of its findings that were ignored before. A shelf that cannot be read costs no answer. */
  async markIgnored<T extends { findings: FindingKey[] }>(answer: T, text: string): Promise<T & { ignored: number[] }> {
    return { ...answer, ignored: await this.#among(answer.findings, text).catch(() => []) };
  }

  async #among(findings: readonly FindingKey[], text: string): Promise<number[]> {
    const kept = new Set(await this.#hashes());
    if (kept.size === 0) return [];
    const hashes = await Promise.all(
      findings.map(({ rule, span }) =>
        span ? this.#hash({ rule, words: text.slice(span.offset, span.offset + span.length) }) : null,
      ),
    );
    return [...hashes.entries()].flatMap(([place, hash]) => (hash !== null && kept.has(hash) ? [place] : []));
  }

  /** A tip about the whole text is of that text only, which will be another one tomorrow: it is not remembered. */
  async add(tip: TipKey): Promise<void> {
    if (tip.words === "") return;
    const hash = await this.#hash(tip);
    await this.#change((hashes) => [...hashes.filter((other) => other !== hash), hash].slice(-MAX_REMEMBERED));
  }

  async remove(tips: readonly TipKey[]): Promise<void> {
    const gone = new Set(await Promise.all(tips.map((tip) => this.#hash(tip))));
    await this.#change((hashes) => hashes.filter((hash) => !gone.has(hash)));
  }

  async #hashes(): Promise<string[]> {
    const kept = await this.store.get(HASHES);
    return Array.isArray(kept) ? kept.filter(isText) : [];
  }

  /** One change after the other: two at once would lose one of them. */
  #change(change: (hashes: string[]) => string[]): Promise<void> {
    const run = this.#last.then(async () => {
      await this.store.set(HASHES, change(await this.#hashes()));
    });
    this.#last = run.catch(() => null);
    return run;
  }

  async #hash({ rule, words }: TipKey): Promise<string> {
    this.#key ??= this.#loadKey();
    const signed = await crypto.subtle.sign("HMAC", await this.#key, new TextEncoder().encode(`${rule}\n${words}`));
    return [...new Uint8Array(signed, 0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async #loadKey(): Promise<CryptoKey> {
    let bytes = await this.store.get(KEY);
    if (!Array.isArray(bytes)) {
      bytes = [...crypto.getRandomValues(new Uint8Array(32))];
      await this.store.set(KEY, bytes);
    }
    return crypto.subtle.importKey("raw", new Uint8Array(bytes as number[]), { name: "HMAC", hash: "SHA-256" }, false, [
      "sign",
    ]);
  }
}
