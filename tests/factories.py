"""Creates rows for tests. ``make_*`` take a session and flush, and the caller commits; ``new_*`` take an engine and commit."""

from __future__ import annotations

import itertools
import uuid
from datetime import date, datetime
from functools import partial

import pyotp
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from server.core.access import EXTENSION_SCOPES, INTEGRATION_SCOPES
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.identity import Identity
from server.core.secret_keys import SecretKeys
from server.people.models import Acknowledgement, Membership, Organisation, Team, User
from server.records.models import Record
from server.security import integrations, operations, second_factor, tokens
from server.security.models import SecondFactor, TokenFamily
from tests.databases import SECRET_KEYS

_numbers = itertools.count(1)


def make_organisation(session: Session, **values: object) -> Organisation:
    """The single organisation, created on first call."""
    organisation = session.scalar(select(Organisation))
    if organisation is None:
        organisation = Organisation(
            **{"name": "Harbour & Sons", "credit_mode": "bands", "overseer": "Ida Holm", "team_only": False} | values
        )
        session.add(organisation)
        session.flush()
    return organisation


def make_team(session: Session, *, name: str = "Team", parent: Team | None = None) -> Team:
    team = Team(name=f"{name} {next(_numbers)}", parent_id=parent.id if parent else None)
    session.add(team)
    session.flush()
    return team


def make_user(
    session: Session, *, role: str = "rep", team: Team | None = None, name: str = "Robin Vale", acknowledged: bool = True
) -> User:
    """A user with a unique e-mail address, who by default has acknowledged the current notice, in the team since 2000."""
    organisation = make_organisation(session)
    user = User(email=f"person{next(_numbers)}@example.com", name=name, role=role)
    session.add(user)
    session.flush()
    team_id = (team or make_team(session)).id
    session.add(Membership(user_id=user.id, team_id=team_id, role=role, starts_on=date(2000, 1, 1)))
    session.flush()
    if acknowledged:
        session.add(Acknowledgement(user_id=user.id, notice_version=organisation.notice_version))
        session.flush()
    return user


def make_record(
    session: Session, user: User, *, kind: str = "call", count: int = 1, occurred_at: datetime | None = None, **values: object
) -> Record:
    """A record as an import stores it, of now without ``occurred_at``."""
    record = Record(
        **{"source": "crm", "source_id": uuid.uuid4().hex} | values,
        user_id=user.id, kind=kind, count=count, occurred_at=occurred_at or now(),
    )  # fmt: skip
    session.add(record)
    session.flush()
    return record


def make_identity(user: User) -> Identity:
    return Identity(user.id, user.name, user.email, user.role)


def make_token(session: Session, *, user: User, scopes: tuple[str, ...] = EXTENSION_SCOPES) -> str:
    """An access token as issued by a pairing, or an integration's with the first of ``scopes`` if integrations have them."""
    if set(scopes) <= set(INTEGRATION_SCOPES):
        return integrations.add(session, label="CRM", scope=scopes[0], created_by=user.id)
    family = TokenFamily(
        kind="extension", user_id=user.id, label="Test browser", scopes=list(scopes),
        expires_at=now() + tokens.REFRESH_LIFETIME,
    )  # fmt: skip
    session.add(family)
    session.flush()
    return tokens.issue_tokens(session, family).access_token


def new_user(engine: Engine, **values: object) -> User:
    """``make_user``, committed, for tests over HTTP."""
    with unit_of_work(engine) as session:
        return make_user(session, **values)


def make_only_admin(engine: Engine, user_id: int) -> None:
    """Deactivates all other administrators."""
    with unit_of_work(engine) as session:
        session.execute(update(User).where(User.role == "admin").values(is_active=User.id == user_id))


def new_token(engine: Engine, user: User, scopes: tuple[str, ...] = EXTENSION_SCOPES) -> str:
    with unit_of_work(engine) as session:
        return make_token(session, user=user, scopes=scopes)


def new_cookie(engine: Engine, user: User) -> str:
    """The value of the ``repute`` cookie after signing in as ``user``."""
    with unit_of_work(engine) as session:
        return operations.start_session(session, user_id=user.id).secret


def set_password(engine: Engine, user: User, password: str) -> None:
    """Gives a user without a password one."""
    operations.set_password(partial(unit_of_work, engine), user_id=user.id, current="", password=password)


def enrol(engine: Engine, user: User, secret_keys: SecretKeys = SECRET_KEYS) -> tuple[pyotp.TOTP, list[str]]:
    """The user's authenticator app, and the recovery codes. The code of the current step is not used up."""
    salt = second_factor.new_salt()
    app = pyotp.TOTP(second_factor.shared_key(secret_keys.current, user_id=user.id, salt=salt))
    with unit_of_work(engine) as session:
        codes = second_factor.enrol(session, secret_keys=secret_keys, user_id=user.id, salt=salt, code=app.now())
        session.get_one(SecondFactor, user.id).last_step -= 10
    return app, codes


def bearer(token: str, **headers: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} | headers
