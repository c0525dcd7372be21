"""LanguageTool's HTTP API, so that editors and packages that support it show Repute's findings.

This is the only API that accepts a form instead of JSON: it writes nothing, ignores cookies and requires a token, in the header
as a bearer token or as the password of HTTP Basic, or in LanguageTool's own field ``apiKey``. Like LanguageTool, it reads the
body as a form whatever its content type, and answers errors in plain text, which is what clients show. Texts are only accepted
with POST: GET would put them, and the token, into addresses and so into logs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, jsonify, make_response, request
from flask.blueprints import BlueprintSetupState
from flask.wrappers import Response

from nlp.model import DRAFT_SURFACES, MAX_DRAFT_UTF16
from server.coaching import cors, operations
from server.coaching.annotations import AnnotatedText, AnnotationError
from server.coaching.matches import ENGLISH, Matches, category, describe_gaps, describe_language
from server.coaching.rule_choice import RuleChoice
from server.core.access import public, token
from server.core.database.session import db
from server.core.error_handlers import register_format
from server.core.identity import current_identity
from server.core.problems import Problem, field_problem
from server.security.guard import settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

pages = Blueprint("languagetool", __name__, url_prefix="/v2")

CHECK_PATH = "/v2/check"
API_VERSION = 1
#: Most clients do not send a surface, and most texts written for a feed in an editor are posts.
DEFAULT_SURFACE = "linkedin-post"
DEFAULT_VARIANT = "en-US"
#: LanguageTool's statuses, where its clients know another than ours.
STATUSES = {422: 400}
TOO_LONG = frozenset({"too-long", "too-many-units"})


@pages.post("/check", provide_automatic_options=False)
@token("assess", writes=False, form_field="apiKey", personal=True)
def check() -> Response:
    """``text``, or ``data`` with annotations, in ``language``. Rules and categories may be chosen, and ``level``, and with
    ``language=auto`` the ``preferredVariants``. ``surface`` is our addition. Everything else is ignored."""
    surface = request.form.get("surface", DEFAULT_SURFACE)
    if surface not in DRAFT_SURFACES:
        raise field_problem("surface", f"must be one of {', '.join(DRAFT_SURFACES)}")
    code = _language_code()
    choice = RuleChoice.from_form(request.form)
    text = _text()
    assessment = operations.assess(
        db(),
        user_id=current_identity().user_id,
        surface=surface,
        text=text.read,
        secret_keys=settings().secret_keys,
        rules_on=choice.enabled_rules,
    )
    information = operations.information_rules(db())
    matches = Matches(text, assessment["sentence_ranges"])
    return jsonify(
        {
            "software": _software(assessment["scoring_version"][:12]),
            "warnings": describe_gaps(assessment),
            "language": describe_language(code, text.read, note_code=assessment["note_code"]),
            "matches": matches.of(
                finding
                for finding in assessment["findings"]
                if choice.shows(finding["rule"], category(finding), is_information=finding["rule"] in information)
            ),
            "sentenceRanges": matches.sentence_ranges(),
        }
    )


# --- what clients ask for before they have a token --------------------------------------------------------------------

# Public: the same for everybody, and none of it reads the database or cookies.


@pages.get("/languages", provide_automatic_options=False)
@public(writes=False, anonymous=True)
def languages() -> Response:
    return jsonify([{"name": name, "code": "en", "longCode": code} for code, name in ENGLISH.items()])


@pages.get("/info", provide_automatic_options=False)
@public(writes=False, anonymous=True)
def info() -> Response:
    return jsonify({"software": _software(str(API_VERSION))})


@pages.get("/maxtextlength", provide_automatic_options=False)
@public(writes=False, anonymous=True)
def max_text_length() -> Response:
    return _plain_text(str(MAX_DRAFT_UTF16))


@pages.get("/healthcheck", provide_automatic_options=False)
@public(writes=False, anonymous=True)
def health_check() -> Response:
    return _plain_text("OK")


# Public: a browser asks before it sends a request with a token. The answer depends on the origin alone.
@pages.route("/check", methods=["OPTIONS"])
@pages.route("/languages", methods=["OPTIONS"])
@pages.route("/info", methods=["OPTIONS"])
@pages.route("/maxtextlength", methods=["OPTIONS"])
@pages.route("/healthcheck", methods=["OPTIONS"])
@public(writes=False, anonymous=True)
def preflight() -> Response:
    return cors.preflight_response("POST" if request.path == CHECK_PATH else "GET")


# --- what was sent ----------------------------------------------------------------------------------------------------


def _language_code() -> str:
    """The variant of English to report. The coach reads all of them alike."""
    requested = request.form.get("language") or "auto"
    if requested.lower() == "auto":
        preferred = (name.strip() for name in request.form.get("preferredVariants", "").split(","))
        return next((code for name in preferred if "-" in name and (code := _english(name))), DEFAULT_VARIANT)
    code = _english(requested)
    if code is None:
        raise field_problem("language", "must be auto, en or a variant of English such as en-GB: only English is assessed")
    return code


def _english(name: str) -> str | None:
    return next((code for code in ENGLISH if code.lower() == name.lower()), "en" if name.lower().startswith("en-") else None)


def _text() -> AnnotatedText:
    if "text" in request.form and "data" in request.form:
        raise field_problem("data", "does not go with text: send one of them")
    if "text" in request.form:
        return AnnotatedText.plain(request.form["text"])
    if "data" not in request.form:
        raise field_problem("text", "is missing: send text or data in a form")
    try:
        data = json.loads(request.form["data"])
    except (ValueError, RecursionError):
        raise field_problem("data", "is not JSON") from None
    if not isinstance(data, dict) or ("text" in data) == ("annotation" in data):
        raise field_problem("data", "must be an object with either text or annotation")
    try:
        return AnnotatedText.from_annotations(data["annotation"] if "annotation" in data else [{"text": data["text"]}])
    except AnnotationError as error:
        raise field_problem("data", f"cannot be read: {error}") from None


def _software(version: str) -> dict[str, Any]:
    return {
        "name": "Repute", "version": version, "buildDate": "", "apiVersion": API_VERSION,
        "premium": False, "premiumHint": "", "status": "",
    }  # fmt: skip


# --- the protocol's habits --------------------------------------------------------------------------------------------


def _plain_text(text: str, status: int = 200) -> Response:
    response = make_response(text, status)
    response.content_type = "text/plain; charset=utf-8"
    return response


def _answer_problem(problem: Problem) -> Response:
    """One line, as LanguageTool answers errors: clients show it as it is."""
    status = 413 if problem.code in TOO_LONG else STATUSES.get(problem.status, problem.status)
    return _plain_text(f"Error: {_sentence(problem)}", status)


def _sentence(problem: Problem) -> str:
    if problem.status == 401:
        return f"{problem.title}. Create one at {settings().origin}/settings/editors."
    if problem.status == 404:
        return "This address does not exist. Repute has /v2/check, /v2/languages, /v2/info and /v2/maxtextlength."
    if problem.status == 405:
        return f"Use {problem.headers.get('Allow', 'POST')}. Texts are never accepted in an address."
    parts = [problem.title if problem.title.endswith(".") else f"{problem.title}."]
    if problem.errors:
        field, message = problem.errors[0]["field"], problem.errors[0]["message"]
        parts = [f"{message}." if message.startswith(f"{field} ") else f"{field} {message}."]
    return " ".join(filter(None, (*parts, problem.detail)))


def _read_as_form(app: WSGIApplication) -> WSGIApplication:
    """LTeX sends its form as JSON, and some clients send no content type at all."""

    def read(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == CHECK_PATH and environ.get("REQUEST_METHOD") == "POST":
            content_type = environ.get("CONTENT_TYPE", "")
            if not content_type.lower().startswith("multipart/form-data"):
                environ["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
        return app(environ, start_response)

    return read


@pages.record_once
def _use_protocol(state: BlueprintSetupState) -> None:
    app: Any = state.app
    register_format(app, "/v2/", _answer_problem)
    app.wsgi_app = _read_as_form(app.wsgi_app)
