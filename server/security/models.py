"""One-time links, sessions, second factors, accounts at the identity provider, provisioned people, pairing codes, paired
browsers, integrations, their tokens, personal tokens, and rate limits.

Only digests of secrets are stored: a copy of the database gives no access."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.access import INTEGRATION_SCOPES
from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short


class LoginLink(Base):
    """Signs a user in once, before it expires."""

    __tablename__ = "login_link"
    __table_args__ = (UniqueConstraint("secret_hash"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    secret_hash: Mapped[str] = mapped_column(short(64))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    #: Digest of the e-mail address to which the link was sent: it works only while that is the user's. None if an administrator
    #: handed it over.
    address_hash: Mapped[str | None] = mapped_column(short(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class WebSession(Base):
    """A signed-in browser. The cookie carries an opaque id; the state is in this row."""

    __tablename__ = "web_session"
    __table_args__ = (UniqueConstraint("secret_hash"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    secret_hash: Mapped[str] = mapped_column(short(64))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    #: Absolute limit; the idle timeout is computed from ``seen_at``.
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    #: What is missing before the session can be used: the ``code`` of the second factor, or its ``enrolment``.
    awaiting: Mapped[str | None] = mapped_column(short())
    #: When the user last proved who they are; some actions need this to be recent.
    confirmed_at: Mapped[datetime | None]
    #: When the session passed the second factor, if it did.
    second_factor_at: Mapped[datetime | None]
    #: Such as "Firefox on Windows"; None if it was not recognised.
    label: Mapped[str | None] = mapped_column(short(100))


class SecondFactor(Base):
    """A user's authenticator app. The shared key is derived from the salt and the server's secret key, and not stored."""

    __tablename__ = "second_factor"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(short())
    #: Which secret key this needs; None if it was stored before that was recorded.
    key_id: Mapped[str | None] = mapped_column(short())
    #: The derived key XOR the app's key, in hexadecimal, if the app's key was derived from an earlier secret key.
    difference: Mapped[str | None] = mapped_column(short())
    #: Time step of the last accepted code: a code works once.
    last_step: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=now)


class RecoveryCode(Base):
    """Replaces a code of the authenticator app, once. The digest is keyed."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("secret_hash"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(short(64))
    #: As in ``SecondFactor``.
    key_id: Mapped[str | None] = mapped_column(short())
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]


class ExternalIdentity(Base):
    """A user's account at the identity provider. Its key is issuer and subject: an e-mail address may get another owner."""

    __tablename__ = "external_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("issuer", "user_id"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    issuer: Mapped[str] = mapped_column(short(255))
    subject: Mapped[str] = mapped_column(short(255))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class ProvisionedUser(Base):
    """What the identity provider says about a person over SCIM, besides their name and e-mail address."""

    __tablename__ = "provisioned_user"
    __table_args__ = (UniqueConstraint("user_name_key"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    user_name: Mapped[str] = mapped_column(short(254))
    #: ``user_name`` as it is compared: in lower case.
    user_name_key: Mapped[str] = mapped_column(short(254))
    external_id: Mapped[str | None] = mapped_column(short(254), index=True)
    given_name: Mapped[str | None] = mapped_column(short(200))
    family_name: Mapped[str | None] = mapped_column(short(200))
    changed_at: Mapped[datetime] = mapped_column(default=now)
    #: The provider deleted the person, who is deactivated here. It sees them again once they are active.
    deleted_at: Mapped[datetime | None]


class UsedSignInState(Base):
    """The provider's answer to one sign-in was received: it is not accepted again."""

    __tablename__ = "used_sign_in_state"

    state_hash: Mapped[str] = mapped_column(short(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class PairingCode(Base):
    """Pairs one browser extension, once. Bound to the session that created it and to the extension's verifier."""

    __tablename__ = "pairing_code"
    __table_args__ = (UniqueConstraint("secret_hash"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    secret_hash: Mapped[str] = mapped_column(short(64))
    session_id: Mapped[int] = mapped_column(ForeignKey("web_session.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    #: base64url(sha256(verifier)), as in PKCE.
    challenge: Mapped[str] = mapped_column(short(64))
    wrong_tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class TokenFamily(Base):
    """A paired browser, with all tokens issued to it. ``kind`` is always ``extension``: tokens of integrations were kept here
    before they had a table of their own."""

    __tablename__ = "token_family"
    __table_args__ = (one_of("kind", ("extension", "integration")),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(short())
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    label: Mapped[str] = mapped_column(short(100))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(default=now)
    #: Only the date: a time of day would reveal when somebody works.
    last_used_on: Mapped[date | None]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    #: ``unpaired``, ``signed-out``, ``reused``, ``deactivated``, ``admin``.
    revoked_because: Mapped[str | None] = mapped_column(short())


class Token(Base):
    __tablename__ = "token"
    __table_args__ = (UniqueConstraint("secret_hash"), one_of("use", ("access", "refresh")))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    secret_hash: Mapped[str] = mapped_column(short(64))
    family_id: Mapped[int] = mapped_column(ForeignKey("token_family.id"), index=True)
    use: Mapped[str] = mapped_column(short())
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    #: A refresh token is single-use, and an access token is marked at its first use shortly after it was issued.
    used_at: Mapped[datetime | None]
    #: The refresh token whose use issued this one. No foreign key, because expired tokens are deleted in any order.
    predecessor_id: Mapped[int | None] = mapped_column(index=True)


class Integration(Base):
    """Another system of the organisation, such as a CRM or an identity provider. It still works when the admin who created it
    has left."""

    __tablename__ = "integration"
    __table_args__ = (one_of("scope", INTEGRATION_SCOPES),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    label: Mapped[str] = mapped_column(short(100))
    #: What its tokens may do.
    scope: Mapped[str] = mapped_column(short())
    created_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]


class IntegrationToken(Base):
    """An integration has one valid token, or two while its token is being replaced."""

    __tablename__ = "integration_token"
    __table_args__ = (UniqueConstraint("secret_hash"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    integration_id: Mapped[int] = mapped_column(ForeignKey("integration.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(short(64))
    created_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    last_used_on: Mapped[date | None]
    #: A newer token replaces this one, which works until ``expires_at``.
    replaced_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class PersonalToken(Base):
    """A person's token for an editor that shows findings. It allows to have drafts assessed, and nothing else."""

    __tablename__ = "personal_token"
    __table_args__ = (UniqueConstraint("secret_hash"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(short(64))
    label: Mapped[str] = mapped_column(short(100))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    #: Only the date, as in ``TokenFamily``.
    last_used_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]


class RateHit(Base):
    """One fixed window of one limit; ``key`` identifies limit, caller and window. On SQLite the counters are in a
    file of their own (``limit_stores.py``) and this table of the database stays empty."""

    __tablename__ = "rate_hit"

    key: Mapped[str] = mapped_column(short(200), primary_key=True)
    hits: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)
