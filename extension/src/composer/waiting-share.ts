/**
 * The share that the server has not acknowledged yet, kept in this browser so that it survives a closed page: the composer sends it
 * again when it is opened, and the page of the privacy notice once that is confirmed (`pages.js`, which reads the same key).
 */
import { SURFACES, type Surface } from "../shared/wire.js";
import { DRAFT_PREFIX } from "./kept-texts.js";

/** `body` is the request's, so that a retry under the same key is the same request. */
export interface WaitingShare {
  idempotencyKey: string;
  body: { surface: Surface; text: string; url: string | null; occurred_at: string };
}

export class WaitingShareStore {
  readonly #key: string;
  readonly #storage: () => Storage;

  /** `storage` may throw, as `localStorage` does where the browser blocks it: the share then lives as long as the page. */
  constructor(person: string, storage: () => Storage = () => localStorage) {
    this.#key = `${DRAFT_PREFIX}${person}:waiting-share`;
    this.#storage = storage;
  }

  get(): WaitingShare | null {
    try {
      const value = JSON.parse(this.#storage().getItem(this.#key) ?? "null") as Partial<WaitingShare> | null;
      const body = value?.body;
      if (
        typeof value?.idempotencyKey !== "string" ||
        typeof body?.text !== "string" ||
        !SURFACES.some((surface) => surface === body.surface)
      )
        return null;
      return { idempotencyKey: value.idempotencyKey, body };
    } catch {
      return null;
    }
  }

  set(share: WaitingShare): void {
    try {
      this.#storage().setItem(this.#key, JSON.stringify(share));
    } catch {
      // See above.
    }
  }

  delete(): void {
    try {
      this.#storage().removeItem(this.#key);
    } catch {
      // Nothing is stored either.
    }
  }
}
