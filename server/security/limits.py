"""Rate limits: fixed windows, counted in a store that all processes share (``limit_stores.py``).

When the store fails, scoring is allowed (and counted by a metric), while requests that could guess secrets are refused."""

from __future__ import annotations

import time
from dataclasses import dataclass

import redis
from sqlalchemy.exc import SQLAlchemyError

from server.core import metrics
from server.core.problems import Problem
from server.security.limit_stores import Store


@dataclass(frozen=True, slots=True)
class Limit:
    """``times`` requests per window of ``seconds``. ``fail_open``: allow requests while the store fails."""

    name: str
    times: int
    seconds: int
    fail_open: bool = False


#: A person mistypes a password a few times; a program that guesses needs millions of attempts.
SIGN_IN_ACCOUNT = Limit("sign-in-account", 10, 900)
SIGN_IN_ADDRESS = Limit("sign-in-address", 60, 900)
#: A person mistypes a code a few times; with a million codes, ten attempts lead nowhere.
SECOND_FACTOR = Limit("second-factor", 10, 900)
#: Links that do not work, per address.
LINK_ADDRESS = Limit("link-address", 30, 300)
#: Sign-in links that are asked for by mail: per account, whether or not it exists, and per address.
MAIL_LINK_ACCOUNT = Limit("mail-link-account", 3, 3600)
MAIL_LINK_ADDRESS = Limit("mail-link-address", 30, 900)
#: Test messages of one administrator.
MAIL_TESTS = Limit("mail-tests", 10, 600)
#: Test messages to channels of one administrator.
CHANNEL_TESTS = Limit("channel-tests", 10, 600)
#: Suggested wordings of one person: each costs the organisation money, and nobody reads more.
WORDINGS = Limit("wordings", 30, 600)
#: Tests of the endpoint for wordings by one administrator.
WORDING_TESTS = Limit("wording-tests", 10, 600)
#: Sign-ins through the identity provider that fail, per address.
OIDC_FAILURES = Limit("oidc-failures", 60, 300)
#: Failed pairings and refreshes per address. Those that succeed are not counted: a whole office may share one address.
PAIR_FAILURES = Limit("pair-failures", 20, 600)
#: An extension refreshes once an hour, and after its browser or a request was interrupted.
REFRESH_PAIRING = Limit("refresh-pairing", 20, 600)
#: Pairing codes that one person requests.
PAIRING_CODES = Limit("pairing-codes", 20, 600)
#: API calls per person or integration, except scoring, whose limit is a setting. They guess no secrets, and reading must go on
#: when the store cannot write.
CALLS = Limit("calls", 300, 60, fail_open=True)
#: Provisioning per integration: Microsoft Entra ID wants 25 requests a second while it adds a whole organisation.
SCIM_CALLS = Limit("scim-calls", 1800, 60, fail_open=True)
#: Pages and their scripts' calls per person. They reveal no secret to guess.
SESSION_CALLS = Limit("session-calls", 300, 60, fail_open=True)
#: Large files per person: somebody chooses a wrong one a few times.
UPLOADS = Limit("uploads", 20, 3600)
#: Callers above their limit that a process remembers; a few hundred bytes each.
MAX_REMEMBERED = 10_000


class RateLimiter:
    def __init__(self, store: Store) -> None:
        self._store = store
        #: What is above its limit, so that a caller who goes on costs no write: key to limit's end.
        self._exceeded: dict[str, float] = {}

    def hit(self, limit: Limit, caller: str) -> None:
        """Counts one request of ``caller``. ``Problem`` 429 above the limit, 503 if the store fails; with Retry-After."""
        window = int(time.time()) // limit.seconds
        key = f"{limit.name}:{caller}:{window}"
        if key in self._exceeded:
            raise _too_many(limit, window)
        try:
            hits = self._store.count(key, limit.seconds)
        except (SQLAlchemyError, redis.RedisError):
            metrics.LIMITS_UNCOUNTED.labels(limit=limit.name).inc()
            if limit.fail_open:
                return
            raise Problem(503, "try-later", "This is temporarily unavailable", headers={"Retry-After": "5"}) from None
        if hits > limit.times:
            self._remember(key, until=float((window + 1) * limit.seconds))
            raise _too_many(limit, window)

    def _remember(self, key: str, *, until: float) -> None:
        if len(self._exceeded) >= MAX_REMEMBERED:
            at = time.time()
            self._exceeded = {key: end for key, end in list(self._exceeded.items()) if end > at}
        if len(self._exceeded) < MAX_REMEMBERED:
            self._exceeded[key] = until


def _too_many(limit: Limit, window: int) -> Problem:
    wait = max((window + 1) * limit.seconds - int(time.time()), 1)
    unit = "second" if wait == 1 else "seconds"
    return Problem(
        429,
        "too-many",
        "Too many requests",
        detail=f"At most {limit.times} in {limit.seconds} seconds. Try again in {wait} {unit}.",
        headers={"Retry-After": str(wait)},
    )
