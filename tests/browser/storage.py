"""Reads and changes the extension's own database in the browser."""

from __future__ import annotations

from typing import Any

from tests.browser.chromium import Rep

#: ``operation`` gets a transaction over all stores, and passes its result to ``done``.
IN_TRANSACTION = """([operation, argument]) => new Promise((resolve, reject) => {
  const opening = indexedDB.open('repute', 1);
  opening.onerror = reject;
  opening.onsuccess = () => {
    const database = opening.result;
    const transaction = database.transaction([...database.objectStoreNames], operation === 'change' ? 'readwrite' : 'readonly');
    let result;
    const done = value => { result = value };
    OPERATIONS[operation](transaction, argument, done);
    transaction.onerror = reject;
    transaction.oncomplete = () => { database.close(); resolve(result) };
  };
})"""
OPERATIONS = """{
  all: (transaction, store, done) => {
    transaction.objectStore(store).getAll().onsuccess = ({ target }) => done(target.result);
  },
  value: (transaction, key, done) => {
    transaction.objectStore('values').get(key).onsuccess = ({ target }) => done(target.result);
  },
  change: (transaction, [key, changes]) => {
    const values = transaction.objectStore('values');
    values.get(key).onsuccess = ({ target }) => values.put({ ...target.result, ...changes }, key);
  },
  stores: (transaction, _, done) => done([...transaction.objectStoreNames]),
}"""


def _run(rep: Rep, operation: str, argument: object) -> Any:
    return rep.extension_file().evaluate(IN_TRANSACTION.replace("OPERATIONS", f"({OPERATIONS})"), [operation, argument])


def stored_value(rep: Rep, key: str) -> Any:
    """One of the named values: ``account``, ``settings``, ``disabled``."""
    return _run(rep, "value", key)


def change_stored_value(rep: Rep, key: str, **changes: object) -> None:
    """Changes fields of a stored value."""
    _run(rep, "change", [key, changes])


def stored_rows(rep: Rep, store: str) -> list[Any]:
    """Everything in one store, such as ``queue``."""
    rows: list[Any] = _run(rep, "all", store)
    return rows


def everything_stored(rep: Rep) -> dict[str, list[Any]]:
    return {store: stored_rows(rep, store) for store in _run(rep, "stores", None)}
