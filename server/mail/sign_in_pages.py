"""The page on which somebody who is not signed in asks for a sign-in link."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from server.core.access import public
from server.core.database.session import db
from server.core.identity import current_identity_or_none
from server.core.problems import Problem, as_sentence, not_found
from server.core.slow_refusals import answer_slowly
from server.mail import operations
from server.mail.delivery import LINK_LIFETIMES
from server.people.operations import check_email
from server.security.guard import caller_address, mails_sign_in_links, rate_limiter
from server.security.limits import MAIL_LINK_ACCOUNT, MAIL_LINK_ADDRESS
from server.security.secrets import digest

pages = Blueprint("sign_in_link", __name__, template_folder="templates")

PATH = "/sign-in/link"


# Public: nobody is signed in yet.
@pages.get(PATH)
@public(writes=False)
def form() -> Response | str:
    if current_identity_or_none():
        return redirect("/")
    _require_links()
    return _render()


def _require_links() -> None:
    if not mails_sign_in_links():
        raise not_found()


def _render(*, is_sent: bool = False, error: str = "") -> str:
    minutes = int(LINK_LIFETIMES["sign-in-link"].total_seconds() // 60)
    email = request.form.get("email", "")
    return render_template("mail/sign_in_link.html", is_sent=is_sent, email=email, error=error, minutes=minutes)


# Public: as above. The answer is the same whether or not anybody has this address.
@pages.post(PATH)
@public()
def send() -> str | tuple[str, int, dict[str, str]]:
    _require_links()
    try:
        email = check_email(request.form.get("email", ""))
        rate_limiter().hit(MAIL_LINK_ADDRESS, caller_address())
        rate_limiter().hit(MAIL_LINK_ACCOUNT, digest(email))
    except Problem as problem:
        answer_slowly()
        return _render(error=as_sentence(problem)), problem.status, problem.headers
    operations.request_sign_in_link(db(), email=email)
    return _render(is_sent=True)
