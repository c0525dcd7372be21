"""What ``db check``, ``ledger verify`` and ``audit verify`` check, on any database. They read everything and change nothing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, func, select

from server.appeals.verify import verify as verify_appeals
from server.audit import seals as audit_seals
from server.core.database.session import unit_of_work
from server.credit.models import CreditAccount, LedgerEntry
from server.credit.verify import verify as verify_credit
from server.migrations import schema
from server.outcomes.models import Outcome
from server.outcomes.verify import verify as verify_outcomes
from server.rollups.recount import find_differences
from server.tuning.verify import verify as verify_scoring_versions

SCHEMA_IS_OLD = "schema is not up to date: run `python -m server db upgrade`"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """``summary`` says what was checked; ``violations`` are empty if it is as it should be."""

    name: str
    summary: str
    violations: tuple[str, ...]

    @property
    def line(self) -> str:
        return "\n".join([f"{self.name}: {'FAILED' if self.violations else self.summary}", *self.violations])


def check_schema(engine: Engine) -> CheckResult:
    """Tables, triggers and the audit log's seals."""
    differences = [] if schema.is_current(engine) else [SCHEMA_IS_OLD]
    differences += schema.differences(engine)
    if not differences:
        with unit_of_work(engine, writes=False) as session:
            differences += [f"audit log: {violation}" for violation in audit_seals.verify(session).violations]
    return CheckResult("db check", "Database schema is up to date.", tuple(differences))


def check_ledger(engine: Engine) -> CheckResult:
    """Needs an up-to-date schema."""
    with unit_of_work(engine, writes=False) as session:
        violations = [
            *verify_credit(session),
            *verify_scoring_versions(session),
            *verify_outcomes(session),
            *verify_appeals(session),
            *(f"I6: {difference}" for difference in find_differences(session)),
        ]
        accounts = session.scalar(select(func.count()).select_from(CreditAccount))
        entries = session.scalar(select(func.count()).select_from(LedgerEntry))
        outcomes = session.scalar(select(func.count()).select_from(Outcome))
    summary = f"The ledger balances: {accounts} accounts, {entries} entries. Apart from it: {outcomes} outcomes."
    return CheckResult("ledger verify", summary, tuple(map(str, violations)))


def check_audit_log(engine: Engine) -> CheckResult:
    """Needs an up-to-date schema."""
    with unit_of_work(engine, writes=False) as session:
        chain = audit_seals.verify(session)
    return CheckResult("audit verify", describe_chain(chain), tuple(chain.violations))


def describe_chain(chain: audit_seals.ChainState) -> str:
    return f"The audit log matches its seals: {chain.checked} sealed entries, {chain.unsealed} waiting for the next seal."


def check_all(engine: Engine) -> list[CheckResult]:
    """All three; only the first if the schema is not this release's, because the others read its tables."""
    first = check_schema(engine)
    if SCHEMA_IS_OLD in first.violations:
        return [first]
    return [first, check_ledger(engine), check_audit_log(engine)]
