"""Why a sign-in through the identity provider failed, in words for the person and a code for the log."""

from __future__ import annotations

from dataclasses import dataclass


class Refused(Exception):
    """``code`` is one of ``REFUSALS``. The message never quotes what the provider or the browser sent."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Refusal:
    """``retry``: whether trying again at once can help. ``administrator``: the page asks to pass the code on."""

    status: int
    title: str
    text: str
    retry: bool = True
    administrator: bool = False


def _unverified(text: str) -> Refusal:
    return Refusal(400, "We could not verify the answer of your sign-in service", text, administrator=True)


REFUSALS = {
    "state": Refusal(
        400,
        "This sign-in is no longer valid",
        "It was started more than ten minutes ago, in another browser or tab, or it was used already.",
    ),
    "code": Refusal(400, "This sign-in was used already", "Each sign-in works once. Start a new one."),
    "access-denied": Refusal(
        403, "You were not signed in", "The sign-in was cancelled, or your sign-in service does not let you use Repute."
    ),
    "interaction": Refusal(400, "You were not signed in", "Your sign-in service needs you to sign in there first."),
    "provider-error": Refusal(503, "Your sign-in service reported an error", "Try again in a moment.", administrator=True),
    "provider-down": Refusal(503, "Your sign-in service cannot be reached", "Try again in a few minutes."),
    "busy": Refusal(503, "Too many people are signing in", "Try again in a few seconds."),
    "client": Refusal(
        503, "Single sign-on is not set up correctly", "Your sign-in service refused Repute itself.", administrator=True
    ),
    "metadata": Refusal(
        503, "Single sign-on is not set up correctly", "The sign-in service's description is not usable.", administrator=True
    ),
    "issuer": _unverified("It names another sign-in service."),
    "audience": _unverified("It was meant for another application."),
    "nonce": _unverified("It belongs to another sign-in."),
    "signature": _unverified("Its signature is not valid."),
    "malformed": _unverified("It is incomplete."),
    "expired": _unverified("It had expired when it arrived, or the clocks of the two servers differ."),
    "clock": _unverified("It is dated in the future: the clocks of the two servers differ."),
    "email-missing": Refusal(
        403, "Your e-mail address is missing", "Your sign-in service did not send it.", retry=False, administrator=True
    ),
    "email-unverified": Refusal(
        403,
        "Your e-mail address is not confirmed",
        "Confirm it with your sign-in service first, then sign in again.",
    ),
    "groups-missing": Refusal(
        403,
        "Your groups are missing",
        "You are in more groups than your sign-in service sends.",
        retry=False,
        administrator=True,
    ),
    "not-allowed": Refusal(
        403, "You may not use Repute", "You are in none of the groups that may. Ask your administrator.", retry=False
    ),
    "no-account": Refusal(
        403, "You have no account here", "Ask your administrator to add you, with the address you sign in with.", retry=False
    ),
    "not-again": Refusal(
        403,
        "You were not asked to sign in again",
        "Your sign-in service did not check again that it is you. Confirm in another way.",
        retry=False,
    ),
    "other-person": Refusal(
        403, "You signed in as somebody else", "Confirm with the account that you are signed in with here.", retry=False
    ),
    "deactivated": Refusal(
        403, "Your account was deactivated", "Ask your administrator if you think that is a mistake.", retry=False
    ),
    "other-account": Refusal(
        403,
        "This e-mail address belongs to another account",
        "It was used here with another account of your sign-in service.",
        retry=False,
        administrator=True,
    ),
}
