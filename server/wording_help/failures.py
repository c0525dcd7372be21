"""Why an endpoint gave no wording: as codes, and in words for the rep and for the administrator."""

from __future__ import annotations

from dataclasses import dataclass

from server.core.problems import Problem


@dataclass(frozen=True, slots=True)
class Words:
    """``status``: with which the API answers."""

    status: int
    rep: str
    admin: str


ASK_ADMIN = "Your administrator can check it under Settings, Organisation, Wording help."
WORDS = {
    "unreachable": Words(
        502, f"The service that suggests wordings cannot be reached. {ASK_ADMIN}",
        "The endpoint cannot be reached. Check the address, and whether this server may connect to it.",
    ),
    "certificate": Words(
        502, f"The service that suggests wordings cannot be reached safely. {ASK_ADMIN}",
        "The endpoint's certificate is not valid for its address.",
    ),
    "address": Words(
        502, f"The service that suggests wordings has an address that may not be used. {ASK_ADMIN}",
        "The address leads to this machine or an internal network, or the endpoint sent us to another one. Whoever runs this "
        "server can allow an internal host with REPUTE_WORDING_HOSTS.",
    ),
    "key": Words(
        502, f"The service that suggests wordings refuses the organisation's key. {ASK_ADMIN}",
        "The endpoint refuses the key: it is wrong, has expired or lacks a permission. Enter another one.",
    ),
    "key-missing": Words(
        502, f"The key for suggested wordings is not readable on this server. {ASK_ADMIN}",
        "The key cannot be decrypted on this server, as after a restore without REPUTE_CONNECTION_KEYS. Enter it again.",
    ),
    "model": Words(
        502, f"The service that suggests wordings does not know the chosen model. {ASK_ADMIN}",
        "The endpoint does not know the model, or nothing is at this address. Check the model's name and that the address ends "
        "before /chat/completions.",
    ),
    "limited": Words(
        503, "The service that suggests wordings is at its limit. Try again in a minute.",
        "The endpoint is at its limit (429): too many requests, or no credit left with the company that runs it.",
    ),
    "busy": Words(
        503, "Many people are asking for a wording at this moment. Try again shortly.",
        "Four requests are on their way already. Try again shortly.",
    ),
    "slow": Words(
        504, "The service that suggests wordings took too long. Try again, or write on without it.",
        "The endpoint took longer than 16 seconds. A smaller model answers faster.",
    ),
    "unavailable": Words(
        502, "The service that suggests wordings reports an error of its own. Try again later.",
        "The endpoint reports an error of its own. If it lasts, ask the company that runs it.",
    ),
    "refused": Words(
        502, "The service that suggests wordings refused this text. Your draft is unchanged.",
        "The endpoint refused the request. Check that the model takes chat completions.",
    ),
    "not-understood": Words(
        502, "The service that suggests wordings answered something that cannot be used. Try again.",
        "The answer is not a chat completion, is empty, or is too large. Check the address.",
    ),
}  # fmt: skip
#: After these the same request may succeed soon.
TEMPORARY = frozenset({"limited", "busy", "slow"})


class WordingFailure(Exception):
    """``code``: one of ``WORDS``. It never carries a text or an answer."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def for_admin(self) -> str:
        return WORDS[self.code].admin


def as_problem(failure: WordingFailure) -> Problem:
    words = WORDS[failure.code]
    headers = {"Retry-After": "60"} if failure.code in TEMPORARY else {}
    return Problem(words.status, f"wording-{failure.code}", "No wording", detail=words.rep, headers=headers)
