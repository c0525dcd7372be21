"""Pages on which people turn two-step sign-in on and off."""

from __future__ import annotations

import segno
from flask import Blueprint, flash, make_response, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem, as_sentence
from server.people.models import User
from server.security import operations as security
from server.security import second_factor
from server.security.guard import rate_limiter, renew_csrf_token, set_session_cookie, settings
from server.security.limits import SECOND_FACTOR
from server.security.return_paths import take_path

pages = Blueprint("second_factor", __name__, template_folder="templates")

PATH = "/settings/second-factor"


@pages.get(PATH)
@page(writes=False, confirm=PATH, awaiting=("enrolment",))
def set_up_form() -> Response | str:
    identity = current_identity()
    if second_factor.is_enrolled(db(), user_id=identity.user_id):
        if identity.awaiting is not None:
            raise second_factor.already_on("Sign in again, with a code of your app.")
        return redirect("/settings#second-factor")
    return _set_up_page(second_factor.new_salt())


def _set_up_page(salt: str, *, error: str = "") -> str:
    """The salt travels in the form, so that nothing is stored before a code shows that the app has the key."""
    identity = current_identity()
    user = db().get_one(User, identity.user_id)
    key = second_factor.shared_key(settings().secret_keys.current, user_id=user.id, salt=salt)
    uri = second_factor.provisioning_uri(settings().secret_keys.current, user=user, salt=salt)
    return render_template(
        "account/second_factor.html",
        salt=salt,
        key=" ".join(key[start : start + 4] for start in range(0, len(key), 4)),
        qr_code=_qr_code(uri),
        is_required=identity.awaiting == "enrolment",
        error=error,
    )


def _qr_code(text: str) -> Markup:
    """Inline SVG without inline styles, which the content security policy forbids."""
    code = segno.make(text, error="m", micro=False)
    drawing = code.svg_inline(scale=4, border=4, dark="#000", light="#fff", svgclass="rp-qr", lineclass=None, omitsize=True)
    return Markup(drawing)  # noqa: S704 (segno's own output, which contains no text)


@pages.post(PATH)
@page(confirm=PATH, awaiting=("enrolment",))
def set_up() -> Response | tuple[str, int]:
    identity = current_identity()
    salt = request.form.get("salt", "")
    try:
        rate_limiter().hit(SECOND_FACTOR, str(identity.user_id))
        codes = second_factor.enrol(
            db(), secret_keys=settings().secret_keys, user_id=identity.user_id, salt=salt, code=request.form.get("code", "")
        )
    except Problem as problem:
        if problem.status not in {422, 429}:
            raise
        return _set_up_page(salt, error=as_sentence(problem)), problem.status
    if identity.awaiting is None:
        security.record_confirmation(db(), identity=identity, method="code")
        return make_response(_recovery_codes_page(codes))
    renew_csrf_token()
    response = make_response(_recovery_codes_page(codes))
    set_session_cookie(response, security.complete_sign_in(db(), identity=identity).secret)
    return response


def _recovery_codes_page(codes: list[str]) -> str:
    return render_template("account/recovery_codes.html", codes=codes, next=take_path())


@pages.post(f"{PATH}/recovery-codes")
@page(confirm="/settings")
def renew_recovery_codes() -> str:
    codes = second_factor.renew_recovery_codes(db(), secret_keys=settings().secret_keys, user_id=current_identity().user_id)
    return _recovery_codes_page(codes)


@pages.post(f"{PATH}/remove")
@page(confirm="/settings")
def remove() -> Response:
    second_factor.remove(db(), user_id=current_identity().user_id, reason="removed")
    flash("Two-step sign-in is off.", "good")
    return redirect("/settings", code=303)
