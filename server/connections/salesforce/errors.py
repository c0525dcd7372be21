"""Salesforce's errors, in words for the administrator. Its own messages quote queries and records, so only names of fields and
objects are taken from them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from server.connections.source import ErrorCode, SourceError

SOON = timedelta(minutes=5)
LATER = timedelta(minutes=30)
#: The limit is on the requests of the last 24 hours, so it takes hours until there is room.
DAILY_LIMIT = timedelta(hours=3)
MAX_WAIT = timedelta(hours=24)

QUERY_TOO_SLOW = "QUERY_TIMEOUT"
TOO_MANY_GROUPS = "EXCEEDED_ID_LIMIT"
LOCATOR_EXPIRED = "INVALID_QUERY_LOCATOR"
LOG_TOO_SHORT = "INVALID_REPLICATION_DATE"

_APP = "the External Client App (Setup, External Client App Manager)"
_TOKEN_ERRORS: dict[str, tuple[ErrorCode, str, timedelta | None]] = {
    "invalid_client_id": (
        "credentials",
        f"Salesforce does not know this consumer key. Copy it again from {_APP}; a new app is known after ten minutes.",
        None,
    ),
    "invalid_client": ("credentials", f"Salesforce refused the consumer secret. Copy it again from {_APP}.", None),
    "inactive_user": (
        "credentials",
        f"The run-as user is not active. Activate the user in Salesforce, or choose another one in the policies of {_APP}.",
        None,
    ),
    "inactive_org": ("credentials", "This Salesforce organisation is closed or locked. Ask Salesforce about it.", None),
    "unsupported_grant_type": ("credentials", f"Enable the client credentials flow in the settings of {_APP}.", None),
    "rate_limit_exceeded": ("rate-limit", "Salesforce takes no further log-ins for the moment.", timedelta(hours=1)),
    "no_run_as": (
        "credentials",
        f"Choose a run-as user: in the policies of {_APP}, enable the client credentials flow and enter the user.",
        None,
    ),
    "other_domain": ("address", "Salesforce wants the My Domain of the organisation, as under Setup, My Domain.", None),
}
_REFUSED = (
    f"Salesforce refused to log in. Check {_APP}: the client credentials flow is enabled, its run-as user is active and has "
    "the permission API Enabled, and neither a login IP range nor login hours keep this server out."
)
_MOVED = (
    "Salesforce has moved this organisation to another address. Enter the My Domain again, as it stands under Setup, My Domain."
)
_STATUSES: dict[int, tuple[ErrorCode, str, timedelta | None]] = {
    401: (
        "credentials",
        "Salesforce ended the session, and at once a new one, too. Check the run-as user's session settings and IP ranges.",
        None,
    ),
    403: ("permission", "The run-as user lacks a permission. Give the user API Enabled and View All Data.", None),
    429: ("rate-limit", "Salesforce takes no further requests for the moment.", SOON),
}
_API_OFF = (
    "Salesforce does not allow the API: the edition has none, or the run-as user lacks the permission API Enabled. "
    "Give the user that permission."
)
_ANSWERS: dict[str, tuple[ErrorCode, str, timedelta | None]] = {
    "API_DISABLED_FOR_ORG": ("permission", _API_OFF, None),
    "API_CURRENTLY_DISABLED": ("permission", _API_OFF, None),
    "FUNCTIONALITY_NOT_ENABLED": ("permission", _API_OFF, None),
    QUERY_TOO_SLOW: ("unavailable", "Salesforce needed too long for a query, even for a short period.", LATER),
    TOO_MANY_GROUPS: (
        "changed", "More than 2,000 people did something on one day: counts cannot be read. Read single records instead.", None,
    ),
    "MALFORMED_QUERY": ("changed", "Salesforce did not understand a query. Please report this: Repute needs an update.", None),
    "NOT_FOUND": ("changed", "Salesforce no longer offers the version of its API that Repute uses. Update Repute.", None),
    "UNSUPPORTED_API_VERSION": (
        "changed", "Salesforce no longer offers the version of its API that Repute uses. Update Repute.", None,
    ),
}  # fmt: skip
_COLUMN = re.compile(r"No such column '([A-Za-z_]{1,80})' on entity '([A-Za-z_]{1,80})'")
_TYPE = re.compile(r"sObject type '([A-Za-z_]{1,80})'")


class Refused(Exception):
    """An answer with an error code of Salesforce's, before it becomes words: some have a remedy."""

    def __init__(self, code: str, error: SourceError) -> None:
        super().__init__(code)
        self.code = code
        self.error = error


def token_refused(status: int, answer: Any, headers: Mapping[str, str]) -> SourceError:
    """``answer``: the body of the token endpoint as JSON, or None."""
    error = str(answer.get("error", "")) if isinstance(answer, dict) else ""
    description = str(answer.get("error_description", "")) if isinstance(answer, dict) else ""
    if "no client credentials user" in description:
        error = "no_run_as"
    if "not supported on this domain" in description:
        error = "other_domain"
    if error in _TOKEN_ERRORS:
        code, message, retry_after = _TOKEN_ERRORS[error]
        return SourceError(code, message, retry_after=retry_after)
    if error and status < 500:
        return SourceError("credentials", _REFUSED)
    return _by_status(status, headers)


def answer_refused(status: int, answer: Any, headers: Mapping[str, str]) -> Refused:
    """``answer``: the body of a REST resource as JSON, or its text."""
    first = answer[0] if isinstance(answer, list) and answer and isinstance(answer[0], dict) else {}
    code, message = str(first.get("errorCode", "")), str(first.get("message", ""))
    return Refused(code, _explain(status, code, message, headers))


def _explain(status: int, code: str, message: str, headers: Mapping[str, str]) -> SourceError:
    if code in _ANSWERS:
        kind, words, retry_after = _ANSWERS[code]
        return SourceError(kind, words, retry_after=retry_after)
    if code == "REQUEST_LIMIT_EXCEEDED":
        return _limit_exceeded(message)
    if code == "INVALID_FIELD":
        return _no_field(message)
    if code == "INVALID_TYPE":
        return _no_object(message)
    return _by_status(status, headers)


def _by_status(status: int, headers: Mapping[str, str]) -> SourceError:
    if status >= 500:
        return unavailable(headers)
    if 300 <= status < 400:
        return SourceError("address", _MOVED)
    if status in _STATUSES:
        code, message, retry_after = _STATUSES[status]
        return SourceError(code, message, retry_after=retry_after)
    return not_understood()


def _limit_exceeded(message: str) -> SourceError:
    if "oncurrent" in message:
        return SourceError("rate-limit", "Salesforce is answering too many long requests at once.", retry_after=SOON)
    return SourceError(
        "rate-limit",
        "The organisation has used up its API requests of 24 hours. Reading goes on when Salesforce allows some again.",
        retry_after=DAILY_LIMIT,
    )


def _no_field(message: str) -> SourceError:
    found = _COLUMN.search(message)
    name = f"{found[2]}.{found[1]}" if found else "a field"
    return SourceError(
        "field", f"The run-as user cannot read {name}. Give the user read access to this field in a permission set."
    )


def _no_object(message: str) -> SourceError:
    found = _TYPE.search(message)
    name = found[1] if found else "an object"
    return SourceError(
        "permission", f"The run-as user may not read {name}. Give the user read access to it in a permission set."
    )


def share_used(used: int, total: int) -> SourceError:
    return SourceError(
        "rate-limit",
        f"The organisation has used {used:,} of its {total:,} API requests of 24 hours. The rest is left to other tools; "
        "reading goes on when usage has gone down.",
        retry_after=timedelta(hours=1),
    )


def unavailable(headers: Mapping[str, str]) -> SourceError:
    seconds = headers.get("Retry-After", "")
    wait = min(timedelta(seconds=int(seconds)), MAX_WAIT) if seconds.isdecimal() and len(seconds) < 7 else LATER
    return SourceError(
        "unavailable", "Salesforce has a fault or is in maintenance (see status.salesforce.com).", retry_after=wait
    )


def unreachable() -> SourceError:
    return SourceError("unreachable", "Salesforce did not answer, or the connection broke off.", retry_after=SOON)


def not_understood() -> SourceError:
    return SourceError(
        "changed",
        "Salesforce gave an answer that Repute does not understand. If this lasts, check whether a proxy changes its answers, "
        "and update Repute.",
        retry_after=timedelta(hours=1),
    )
