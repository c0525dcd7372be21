/**
 * The drafts and ideas of the web composer, kept in this browser and nowhere else until they are posted or deleted. They belong to
 * one signed-in person. The server's pages delete all of them when the person signs out.
 *
 * In `localStorage` and not in IndexedDB, because it writes before the call returns: what was typed before a page is closed or
 * crashes is kept.
 */
import { SURFACES, type Surface } from "../shared/wire.js";

/** `pages.js` deletes the keys with this prefix on signing out. */
export const DRAFT_PREFIX = "repute-draft:";

export type Kind = "draft" | "idea";
/** How many texts of a kind a person may keep before adding another. */
export const MAX_KEPT = 200;

export interface Draft {
  surface: Surface;
  text: string;
}

export interface KeptText extends Draft {
  id: string;
  /** When it was last changed, in milliseconds since 1970. */
  at: number;
}

export class KeptTexts {
  readonly #person: string;
  readonly #kind: Kind;
  readonly #storage: () => Storage;
  readonly #listeners = new Set<() => void>();
  #all: readonly KeptText[] | null = null;

  /** `person`: the signed-in person's id. Deletes what another person has left behind. `storage` may throw, as `localStorage`
   * does where the browser blocks it. */
  constructor(person: string, kind: Kind, storage: () => Storage = () => localStorage) {
    this.#person = person;
    this.#kind = kind;
    this.#storage = storage;
    this.#deleteOthers();
    if (kind === "draft") this.#moveEarlier();
    // Another tab of this page has changed something.
    window.addEventListener("storage", () => this.#changed());
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** The one changed last first. */
  all(): readonly KeptText[] {
    this.#all ??= this.#ids()
      .flatMap((id) => this.get(id) ?? [])
      .sort((a, b) => b.at - a.at);
    return this.#all;
  }

  get isFull(): boolean {
    return this.all().length >= MAX_KEPT;
  }

  get(id: string): KeptText | null {
    try {
      const stored = JSON.parse(this.#storage().getItem(this.#key(id)) ?? "null") as Partial<KeptText> | null;
      const surface = SURFACES.find((known) => known === stored?.surface);
      if (!surface || typeof stored?.text !== "string" || typeof stored.at !== "number") return null;
      return { id, surface, text: stored.text, at: stored.at };
    } catch {
      return null;
    }
  }

  /** Stores the text; one without words is deleted. Returns whether that worked. */
  keep({ id, surface, text, at = Date.now() }: Draft & { id: string; at?: number }): boolean {
    try {
      if (text.trim() === "") this.#storage().removeItem(this.#key(id));
      else this.#storage().setItem(this.#key(id), JSON.stringify({ surface, text, at }));
      this.#changed();
      return true;
    } catch {
      return false;
    }
  }

  delete(id: string): void {
    this.keep({ id, surface: "linkedin-post", text: "" });
  }

  #changed(): void {
    this.#all = null;
    for (const listener of this.#listeners) listener();
  }

  get #prefix(): string {
    return `${DRAFT_PREFIX}${this.#person}:`;
  }

  #key(id: string): string {
    return `${this.#prefix}${this.#kind}:${id}`;
  }

  #ids(): string[] {
    try {
      const prefix = this.#key("");
      return Object.keys(this.#storage()).flatMap((key) => (key.startsWith(prefix) ? key.slice(prefix.length) : []));
    } catch {
      return [];
    }
  }

  /** Earlier versions kept one draft for each surface, under its name. */
  #moveEarlier(): void {
    for (const surface of SURFACES) {
      try {
        const storage = this.#storage();
        const stored = storage.getItem(`${this.#prefix}${surface}`);
        if (stored === null) continue;
        const { text, at } = JSON.parse(stored) as Partial<KeptText>;
        const isMoved = typeof text !== "string" || this.keep({ id: crypto.randomUUID(), surface, text, at: at ?? Date.now() });
        if (isMoved) storage.removeItem(`${this.#prefix}${surface}`);
      } catch {
        // Nothing is readable, or not this one.
      }
    }
  }

  #deleteOthers(): void {
    try {
      const storage = this.#storage();
      const isAnothers = (key: string): boolean => key.startsWith(DRAFT_PREFIX) && !key.startsWith(this.#prefix);
      for (const key of Object.keys(storage).filter(isAnothers)) storage.removeItem(key);
    } catch {
      // Nothing is readable either, so nothing of another person can be shown.
    }
  }
}

/** Those that contain all words of the query, without regard to capitals. */
export function search(texts: readonly KeptText[], query: string): readonly KeptText[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return texts.filter(({ text }) => {
    const lower = text.toLocaleLowerCase();
    return words.every((word) => lower.includes(word));
  });
}

/** The first line that has words, by which a text is recognised in a list. */
export const firstWords = (text: string): string => text.trim().split("\n", 1)[0]?.slice(0, 200) ?? "";
