/**
 * The drafts of the web composer, kept in this browser and nowhere else until they are posted or cleared: one for each surface and
 * signed-in person. The server's pages delete all of them when the person signs out.
 */
import { SURFACES, type Surface } from "../shared/wire.js";

/** `pages.js` deletes the keys with this prefix on signing out. */
export const DRAFT_PREFIX = "repute-draft:";

export interface Draft {
  surface: Surface;
  text: string;
}

interface Stored {
  text: string;
  /** Milliseconds since 1970. */
  at: number;
}

export class Drafts {
  readonly #person: string;
  readonly #storage: () => Storage;

  /** `person`: the signed-in person's id. Deletes what another person has left behind. `storage` may throw, as `localStorage`
   * does where the browser blocks it. */
  constructor(person: string, storage: () => Storage = () => localStorage) {
    this.#person = person;
    this.#storage = storage;
    this.#deleteOthers();
  }

  /** The draft that was changed last. */
  latest(): Draft | null {
    const drafts = SURFACES.flatMap((surface) => {
      const stored = this.#read(surface);
      return stored ? [{ surface, ...stored }] : [];
    });
    const newest = drafts.sort((a, b) => b.at - a.at)[0];
    return newest ? { surface: newest.surface, text: newest.text } : null;
  }

  text(surface: Surface): string {
    return this.#read(surface)?.text ?? "";
  }

  /** Stores the draft; one without words is deleted. Returns whether that worked. */
  keep({ surface, text }: Draft): boolean {
    try {
      if (text.trim() === "") this.#storage().removeItem(this.#key(surface));
      else this.#storage().setItem(this.#key(surface), JSON.stringify({ text, at: Date.now() } satisfies Stored));
      return true;
    } catch {
      return false;
    }
  }

  delete(surface: Surface): void {
    this.keep({ surface, text: "" });
  }

  #key(surface: Surface): string {
    return `${DRAFT_PREFIX}${this.#person}:${surface}`;
  }

  #read(surface: Surface): Stored | null {
    try {
      const stored = JSON.parse(this.#storage().getItem(this.#key(surface)) ?? "null") as Partial<Stored> | null;
      return typeof stored?.text === "string" && typeof stored.at === "number" ? { text: stored.text, at: stored.at } : null;
    } catch {
      return null;
    }
  }

  #deleteOthers(): void {
    try {
      const storage = this.#storage();
      const isAnothers = (key: string): boolean =>
        key.startsWith(DRAFT_PREFIX) && !key.startsWith(`${DRAFT_PREFIX}${this.#person}:`);
      for (const key of Object.keys(storage).filter(isAnothers)) storage.removeItem(key);
    } catch {
      // Nothing is readable either, so nothing of another person can be shown.
    }
  }
}
