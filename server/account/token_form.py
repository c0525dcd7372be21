"""The form that creates a personal token, on each page that has it."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import request

from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem, as_sentence
from server.security import personal_tokens

#: A new token's lifetime in months, unless another is chosen.
DEFAULT_MONTHS = 3
MONTHS = range(personal_tokens.MIN_MONTHS, personal_tokens.MAX_MONTHS + 1)


@dataclass(frozen=True, slots=True)
class TokenForm:
    """What the form shows. ``token``: the new token, in this response only. ``errors``: by field, or ``form``."""

    token: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    status: int = 200
    label: str = ""
    chosen_months: int = DEFAULT_MONTHS
    months: range = MONTHS


def submit() -> TokenForm:
    """Creates the token that the form asks for. After an error, the form shows what was typed."""
    label, months = request.form.get("label", ""), request.form.get("months", 0, type=int)
    try:
        return TokenForm(personal_tokens.add(db(), user_id=current_identity().user_id, label=label, months=months))
    except Problem as problem:
        if problem.status == 404:
            raise
        name = problem.errors[0]["field"] if problem.errors else "form"
        chosen_months = months if months in MONTHS else DEFAULT_MONTHS
        return TokenForm(
            errors={name: as_sentence(problem)}, status=problem.status, label=label, chosen_months=chosen_months
        )  # fmt: skip
