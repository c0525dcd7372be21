"""Seals the audit log and checks the chain of seals. Checking reads everything and changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from server.audit import queries
from server.audit.models import AuditEntry, AuditSeal
from server.core.database.closed_range import closed_up_to
from server.core.hash_chain import FIRST_SHA256, chain_hash, json_values
from server.core.logs import log

ENTRIES_PER_SEAL = 5_000


@dataclass(slots=True)
class ChainState:
    """``checked``: how many sealed entries were compared with their seals. ``unsealed``: entries newer than the last seal."""

    violations: list[str] = field(default_factory=list)
    seals: int = 0
    checked: int = 0
    unsealed: int = 0
    sealed_at: datetime | None = None


def seal(session: Session) -> int:
    """Seals all entries that are not sealed yet; returns how many. Each seal is logged, so that the log's archive, on another
    host, fixes the chain as well."""
    newest_id = closed_up_to(session, AuditEntry)
    last_seal = queries.newest_seal(session)
    last_entry_id, sha256 = (last_seal.last_entry_id, last_seal.sha256) if last_seal else (0, FIRST_SHA256)
    sealed = 0
    while rows := queries.entry_rows(session, after=last_entry_id, until=newest_id, limit=ENTRIES_PER_SEAL):
        previous_sha256, sha256 = sha256, chain_hash(sha256, map(json_values, rows))
        last_entry_id = rows[-1]["id"]
        new_seal = AuditSeal(
            first_entry_id=rows[0]["id"], last_entry_id=last_entry_id, sha256=sha256, previous_sha256=previous_sha256
        )
        session.add(new_seal)
        session.flush()
        log.info("audit-sealed", seal=new_seal.id, sha256=sha256)
        sealed += len(rows)
    return sealed


def verify(session: Session, *, max_entries: int | None = None) -> ChainState:
    """Compares every sealed entry with its seal. With ``max_entries``, only the newest ones; the links between all seals are
    checked either way."""
    state = ChainState()
    seals = queries.seals_after(session)
    skip_until = 0
    if max_entries is not None and seals:
        skip_until = seals[-1].last_entry_id - max_entries
    previous_sha256, last_entry_id = FIRST_SHA256, 0
    for seal in seals:
        if seal.previous_sha256 != previous_sha256 or seal.first_entry_id <= last_entry_id:
            state.violations.append(f"seal {seal.id}: does not follow the seal before it")
        if seal.last_entry_id > skip_until:
            rows = queries.entry_rows(session, after=last_entry_id, until=seal.last_entry_id)
            state.checked += len(rows)
            if not rows or rows[0]["id"] != seal.first_entry_id or _hash(seal, rows) != seal.sha256:
                state.violations.append(f"seal {seal.id}: entries {seal.first_entry_id} to {seal.last_entry_id} were changed")
        previous_sha256, last_entry_id = seal.sha256, seal.last_entry_id
    state.seals = len(seals)
    state.sealed_at = seals[-1].sealed_at if seals else None
    state.unsealed = queries.count_unsealed(session, after=last_entry_id)
    return state


def _hash(seal: AuditSeal, rows: list[dict[str, object]]) -> str:
    return chain_hash(seal.previous_sha256, map(json_values, rows))
