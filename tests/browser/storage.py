"""What the extension keeps in its own database in the browser."""

from __future__ import annotations

from typing import Any

from tests.browser.chromium import Rep

#: ``work`` gets the transaction over all stores; what its last request answers is the result.
IN_TRANSACTION = """([work, given]) => new Promise((resolve, reject) => {
  const opening = indexedDB.open('repute', 1);
  opening.onerror = reject;
  opening.onsuccess = () => {
    const database = opening.result;
    const transaction = database.transaction([...database.objectStoreNames], work === 'change' ? 'readwrite' : 'readonly');
    let result;
    const answer = value => { result = value };
    WORK[work](transaction, given, answer);
    transaction.onerror = reject;
    transaction.oncomplete = () => { database.close(); resolve(result) };
  };
})"""
WORK = """{
  all: (transaction, store, answer) => {
    transaction.objectStore(store).getAll().onsuccess = ({ target }) => answer(target.result);
  },
  value: (transaction, key, answer) => {
    transaction.objectStore('values').get(key).onsuccess = ({ target }) => answer(target.result);
  },
  change: (transaction, [key, changes]) => {
    const values = transaction.objectStore('values');
    values.get(key).onsuccess = ({ target }) => values.put({ ...target.result, ...changes }, key);
  },
  stores: (transaction, _, answer) => answer([...transaction.objectStoreNames]),
}"""


def _run(rep: Rep, work: str, given: object) -> Any:
    return rep.own_file().evaluate(IN_TRANSACTION.replace("WORK", f"({WORK})"), [work, given])


def stored_value(rep: Rep, key: str) -> Any:
    """One of the named values: ``account``, ``settings``, ``disabled``."""
    return _run(rep, "value", key)


def change_stored_value(rep: Rep, key: str, **changes: object) -> None:
    """As if the extension had stored it so."""
    _run(rep, "change", [key, changes])


def stored_rows(rep: Rep, store: str) -> list[Any]:
    """Everything in one store, such as ``queue``."""
    rows: list[Any] = _run(rep, "all", store)
    return rows


def everything_stored(rep: Rep) -> dict[str, list[Any]]:
    return {store: stored_rows(rep, store) for store in _run(rep, "stores", None)}
