"""The organisation's choice, and asking its endpoint for a wording."""

from __future__ import annotations

import time
import unicodedata
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core import encryption
from server.core.characters import STORABLE_REQUIREMENT, is_storable
from server.core.clock import now
from server.core.logs import log
from server.core.problems import Problem, field_problem
from server.core.settings import Settings
from server.people import notices
from server.people.queries import lock_organisation, notice_addition
from server.wording_help import addresses, prompt, queries
from server.wording_help.endpoint import Endpoint, complete
from server.wording_help.failures import WordingFailure
from server.wording_help.models import MODES, WordingHelp
from server.wording_help.prompt import Task

MAX_COMPANY, MAX_MODEL, MAX_KEY = 100, 200, 500
#: Line breaks, and what joins emoji.
_KEPT = frozenset("\n\u200d")
#: Sent by the button on the settings page. Nobody's text.
TEST = Task(
    advice="Say what it means for the reader.",
    question="What can the reader do differently?",
    draft="We changed the label on every pallet. Fewer of them came back.",
    passage="Fewer of them came back.",
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an administrator typed. An empty key keeps the stored one as long as it is for the same address."""

    mode: str
    company: str = ""
    base_url: str = ""
    model: str = ""
    api_key: str = ""


def change(session: Session, settings: Settings, *, chosen: Chosen) -> None:
    """422 for a field that is missing, too long or not allowed. The endpoint and its key are deleted with any other mode. A new
    version of the notice to staff says which company receives texts."""
    if chosen.mode not in MODES:
        raise field_problem("mode", f"must be one of {', '.join(MODES)}")
    # Before anything is encrypted, and two requests at once do not make two rows.
    organisation = lock_organisation(session)
    stored = session.get(WordingHelp, 1)
    if stored is None:
        stored = WordingHelp(id=1, mode="off", company="", base_url="", model="", api_key=None)
    before = _as_recorded(stored)
    if chosen.mode == "endpoint":
        is_key_changed = _set_endpoint(settings, stored, chosen)
    else:
        is_key_changed = stored.api_key is not None
        stored.company = stored.base_url = stored.model = ""
        stored.api_key = None
    stored.mode = chosen.mode
    after = _as_recorded(stored)
    changes: dict[str, tuple[audit.Value, audit.Value]] = {
        name: (before[name], after[name]) for name in before if before[name] != after[name]
    }
    if is_key_changed and "wording_key" not in changes:
        changes["wording_key"] = ("set", "replaced")
    if not changes:
        return
    stored.set_at = now()
    session.add(stored)
    session.flush()
    audit.record(session, action="wording-help.changed", object_type="wording-help", object_id="all", changes=changes)
    if chosen.mode == "endpoint" and changes.keys() & {"wording_mode", "wording_company", "wording_address"}:
        notices.publish_version(session, organisation, addition=notice_addition(session))


def _set_endpoint(settings: Settings, stored: WordingHelp, chosen: Chosen) -> bool:
    """Returns whether the key is another one now."""
    company = _line("company", chosen.company, MAX_COMPANY)
    base_url = addresses.validated(chosen.base_url, allowed_hosts=settings.wording_host_names)
    model = _line("model", chosen.model, MAX_MODEL)
    key = chosen.api_key.strip()
    if len(key) > MAX_KEY:
        raise field_problem("api_key", f"must have at most {MAX_KEY} characters", limit=MAX_KEY)
    if not key.isascii() or not key.isprintable() or " " in key:
        raise field_problem("api_key", "must be a key as the company shows it, without blanks")
    if not key and stored.api_key is not None and base_url != stored.base_url:
        # Or a changed address would send the key to somebody else.
        raise field_problem("api_key", "must be entered again, because the address is another one")
    encrypted = stored.api_key
    if key:
        try:
            encrypted = encryption.encrypt(settings, {"api_key": key})
        except encryption.KeyMissing:
            raise field_problem("api_key", "cannot be stored: set REPUTE_CONNECTION_KEYS on the server first") from None
    stored.company, stored.base_url, stored.model, stored.api_key = company, base_url, model, encrypted
    return bool(key)


def _line(field: str, text: str, limit: int) -> str:
    line = " ".join(text.split())
    if not line:
        raise field_problem(field, "is missing")
    if len(line) > limit:
        raise field_problem(field, f"must have at most {limit} characters", limit=limit)
    if not is_storable(line):
        raise field_problem(field, STORABLE_REQUIREMENT)
    return line


def _as_recorded(choice: WordingHelp) -> dict[str, audit.Value]:
    return {
        "wording_mode": choice.mode,
        "wording_company": choice.company or None,
        "wording_address": choice.base_url or None,
        "wording_model": choice.model or None,
        "wording_key": "set" if choice.api_key else None,
    }


def get_endpoint(session: Session, settings: Settings) -> Endpoint:
    """409 unless the organisation chose one. Raises ``WordingFailure`` if its key cannot be read."""
    choice = queries.get_choice(session)
    if choice.mode != "endpoint":
        raise switched_off()
    key = ""
    if choice.api_key is not None:
        try:
            key = encryption.decrypt(settings, choice.api_key).get("api_key", "")
        except encryption.KeyMissing:
            raise WordingFailure("key-missing") from None
    return Endpoint(choice.base_url, choice.model, key, settings.wording_host_names)


def switched_off() -> Problem:
    return Problem(409, "wording-off", "No wording", detail="Suggested wordings are switched off.")


def record_test(session: Session) -> None:
    audit.record(session, action="wording-help.tested", object_type="wording-help", object_id="all")


def send_test(endpoint: Endpoint) -> float:
    """Asks for a wording of our own sentence. Returns the seconds that it took; raises ``WordingFailure``. Call it outside of a
    transaction."""
    started = time.monotonic()
    ask(endpoint, TEST)
    return time.monotonic() - started


def ask(endpoint: Endpoint, task: Task) -> str:
    """Another wording of the passage, as plain text. Raises ``WordingFailure``. Call it outside of a transaction: it may take
    many seconds."""
    try:
        return _as_wording(complete(endpoint, system=prompt.system(), user=prompt.user(task)), task)
    except WordingFailure as failure:
        log.warning("wording-help-failed", reason=failure.code)
        raise


def _as_wording(answer: str, task: Task) -> str:
    """Raises ``WordingFailure`` for what is no wording of a passage of this length."""
    text = _plain(answer)
    if not text or len(text) > 2 * len(task.passage) + prompt.max_growth():
        raise WordingFailure("not-understood")
    return text


def _plain(text: str) -> str:
    """Without characters that nobody sees or that change the order of others, which could hide words from the reader."""
    hidden = ("Cc", "Cf", "Co", "Cs")
    return "".join(char for char in text if char in _KEPT or unicodedata.category(char) not in hidden).strip()


def rotate(session: Session, settings: Settings) -> tuple[int, int]:
    """Encrypts the key again, with a new one. Returns how many, and how many cannot be read, which stay as they are."""
    rotated = unreadable = 0
    for choice in queries.lock_choices(session):
        if choice.api_key is None:
            continue
        encrypted = encryption.encrypt_again(settings, choice.api_key)
        if encrypted is None:
            unreadable += 1
        else:
            choice.api_key = encrypted
            rotated += 1
    return rotated, unreadable
