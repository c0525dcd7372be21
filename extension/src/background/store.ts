/**
 * The worker's IndexedDB: tokens, settings, the share queue and the log of what was sent. It belongs to the extension's
 * origin, so that content scripts cannot read it, which `storage.local` does not guarantee in Firefox.
 */

type Name = "values" | "queue" | "sent";

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB failed"));
  });
}

let database: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  database ??= new Promise((resolve, reject) => {
    const opening = indexedDB.open("repute", 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("values");
      opening.result.createObjectStore("queue", { keyPath: "key" });
      opening.result.createObjectStore("sent", { autoIncrement: true });
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error ?? new Error("IndexedDB failed"));
  });
  return database;
}

async function run<T>(
  name: Name,
  mode: IDBTransactionMode,
  operation: (store: IDBObjectStore) => IDBRequest<T> | Promise<T>,
): Promise<T> {
  const transaction = (await open()).transaction(name, mode, { durability: "strict" });
  const done = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("IndexedDB failed"));
  });
  const pending = operation(transaction.objectStore(name));
  const result = await (pending instanceof IDBRequest ? resultOf(pending) : pending);
  await done;
  return result;
}

export const get = (key: string): Promise<unknown> => run("values", "readonly", (store) => store.get(key));
export const set = (key: string, value: unknown): Promise<unknown> =>
  run("values", "readwrite", (store) => store.put(value, key));
/** Reads and writes in one transaction, so that no concurrent update is lost. `undefined` leaves the value as it is. */
export const update = (key: string, change: (value: unknown) => unknown): Promise<unknown> =>
  run("values", "readwrite", async (store) => {
    const changed = change(await resultOf(store.get(key)));
    if (changed !== undefined) await resultOf(store.put(changed, key));
  });
export const remove = (key: string): Promise<unknown> => run("values", "readwrite", (store) => store.delete(key));

export const queuedShares = (): Promise<unknown[]> => run("queue", "readonly", (store) => store.getAll());
export const enqueue = (item: { key: string }): Promise<unknown> => run("queue", "readwrite", (store) => store.put(item));
/** Changes a pending share, unless it has left the queue in the meantime, as when the rep has signed out. */
export const updateQueued = (key: string, changes: object): Promise<unknown> =>
  run("queue", "readwrite", async (store) => {
    const item: unknown = await resultOf(store.get(key));
    if (item !== undefined) await resultOf(store.put({ ...(item as object), ...changes }));
  });
export const dequeue = (key: string): Promise<unknown> => run("queue", "readwrite", (store) => store.delete(key));

export const sentLog = (): Promise<unknown[]> => run("sent", "readonly", (store) => store.getAll());

/** Deletes what belongs to the person and not to the device: pending shares, and the log of what was sent. */
export async function clearPersonalData(): Promise<void> {
  for (const name of ["queue", "sent"] as const) await run(name, "readwrite", (store) => store.clear());
}

/** Changes the newest entry of the log that `matches`, if there is one. */
export const updateSent = (matches: (entry: unknown) => boolean, changes: object): Promise<unknown> =>
  run(
    "sent",
    "readwrite",
    (store) =>
      new Promise<void>((resolve, reject) => {
        const search = store.openCursor(null, "prev");
        search.onerror = () => reject(search.error ?? new Error("IndexedDB failed"));
        search.onsuccess = () => {
          const cursor = search.result;
          if (cursor && !matches(cursor.value)) {
            cursor.continue();
            return;
          }
          cursor?.update({ ...(cursor.value as object), ...changes });
          resolve();
        };
      }),
  );

/** Adds an entry to the log and deletes all but the newest `keep`. */
export async function logSent(entry: object, keep: number): Promise<void> {
  await run("sent", "readwrite", (store) => store.add(entry));
  const keys = await run("sent", "readonly", (store) => store.getAllKeys());
  const oldest = keys[keys.length - keep - 1];
  if (oldest !== undefined) await run("sent", "readwrite", (store) => store.delete(IDBKeyRange.upperBound(oldest)));
}
