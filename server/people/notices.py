"""Versions of the notice to staff. Publishing one asks everybody to read the notice again before further items earn credit."""

from __future__ import annotations

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.clock import now
from server.core.problems import field_problem
from server.people import queries
from server.people.models import Organisation, StaffNotice

MAX_ADDITION = 4_000


def publish(session: Session, *, addition: str) -> str:
    """Publishes the notice with this addition and returns its version. Nothing happens if the addition is the current one."""
    addition = "\n".join(line.rstrip() for line in addition.strip().splitlines())
    if len(addition) > MAX_ADDITION:
        raise field_problem("addition", f"must have at most {MAX_ADDITION} characters", limit=MAX_ADDITION)
    organisation = queries.lock_organisation(session)
    if addition == queries.notice_addition(session):
        return organisation.notice_version
    return publish_version(session, organisation, addition=addition)


def publish_version(session: Session, organisation: Organisation, *, addition: str) -> str:
    """Publishes a new version even if the addition is the same, because a setting changed what the notice says.
    ``organisation`` is locked."""
    day = now().date()
    earlier = queries.notice_versions_of_day(session, day=day)
    version = f"{day}.{earlier + 1}" if earlier else day.isoformat()
    session.add(StaffNotice(version=version, addition=addition, published_at=now()))
    changes = {"notice_version": (organisation.notice_version, version)}
    organisation.notice_version = version
    session.flush()
    audit.record(session, action="notice.published", object_type="organisation", object_id=organisation.id, changes=changes)
    return version
