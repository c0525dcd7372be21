"""LanguageTool's HTTP API, so that editors and packages that support it show Repute's findings.

This is the only API that accepts a form instead of JSON: it writes nothing, ignores cookies and requires a token, in the header
as a bearer token or as the password of HTTP Basic, or in LanguageTool's own field ``apiKey``. GET is not supported, because it
would put the text into a URL and so into logs."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, jsonify, request
from flask.wrappers import Response

from nlp.model import DRAFT_SURFACES, MAX_DRAFT_UTF16
from server.coaching import operations
from server.core.access import public, token
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.labels import dimension_label
from server.core.problems import Problem, field_problem
from server.security.guard import settings

pages = Blueprint("languagetool", __name__, url_prefix="/v2")

API_VERSION = 1
#: Most clients do not send a surface, and most texts written for a feed in an editor are posts.
DEFAULT_SURFACE = "linkedin-post"
#: UTF-16 units of context on each side of a match.
CONTEXT_UNITS = 40
#: LanguageTool's terms for our severities; clients choose the colour of a match by them.
ISSUE_TYPES = {"limit": "non-conformance", "check": "non-conformance", "tip": "style"}
LANGUAGES = (("English", "en", "en"), ("English (US)", "en", "en-US"), ("English (GB)", "en", "en-GB"))


@pages.post("/check")
@token("assess", writes=False, form_field="apiKey", personal=True)
def check() -> Response:
    """``text`` (or ``data`` with annotations) and ``language`` as LanguageTool defines them. ``surface`` is our addition."""
    if request.mimetype not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        raise Problem(415, "content-type", "The body must be a form")
    surface = request.form.get("surface", DEFAULT_SURFACE)
    if surface not in DRAFT_SURFACES:
        raise field_problem("surface", f"must be one of {', '.join(DRAFT_SURFACES)}")
    language = request.form.get("language", "auto")
    if language != "auto" and not language.lower().startswith("en"):
        raise field_problem("language", "must be auto, en or a variant of English such as en-GB")
    text = _text()
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) // 2 > MAX_DRAFT_UTF16:
        raise field_problem("text", f"is longer than {MAX_DRAFT_UTF16:,} UTF-16 units", limit=MAX_DRAFT_UTF16)
    assessment = operations.assess(
        db(), user_id=current_identity().user_id, surface=surface, text=text, secret_keys=settings().secret_keys
    )
    disabled_rules = set(request.form.get("disabledRules", "").split(","))
    return jsonify(
        {
            "software": {
                "name": "Repute", "version": assessment["scoring_version"][:12], "buildDate": "", "apiVersion": API_VERSION,
                "premium": False, "premiumHint": "", "status": "",
            },
            "warnings": {"incompleteResults": False},
            "language": _language(language),
            "matches": [
                _match(finding, units, assessment["sentence_ranges"])
                for finding in assessment["findings"]
                if finding["span"] is not None and finding["rule"] not in disabled_rules
            ],
            "sentenceRanges": [[r["offset"], r["offset"] + r["length"]] for r in assessment["sentence_ranges"]],
        }
    )  # fmt: skip


# Public: clients request the languages before a key is entered. The response contains no personal data.
@pages.get("/languages")
@public(writes=False)
def languages() -> Response:
    return jsonify([{"name": name, "code": code, "longCode": long} for name, code, long in LANGUAGES])


def _text() -> str:
    """The text to check. In annotated data, each UTF-16 unit of markup is replaced by a space, so that offsets refer to the
    complete document."""
    if "text" in request.form:
        return request.form["text"]
    try:
        parts = json.loads(request.form["data"])["annotation"]
        return "".join(part["text"] if "text" in part else " " * _units(part["markup"]) for part in parts)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise field_problem("text", "is missing, and data is not a list of annotations") from None


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _language(requested: str) -> dict[str, Any]:
    code = "en-US" if requested == "auto" else requested
    name = next((name for name, _, long in LANGUAGES if long.lower() == code.lower()), "English")
    language = {"name": name, "code": code}
    # The protocol requires a detected language. It is not detected: the coach assesses English only.
    return {**language, "detectedLanguage": {**language, "confidence": 1.0}}


def _match(finding: dict[str, Any], units: bytes, sentences: list[dict[str, int]]) -> dict[str, Any]:
    start, length = finding["span"]["offset"], finding["span"]["length"]
    before = max(0, start - CONTEXT_UNITS)
    sentence = next((r for r in sentences if r["offset"] <= start < r["offset"] + r["length"]), None)
    return {
        "message": finding["message"],
        "shortMessage": dimension_label(finding["dimension"]),
        "replacements": [{"value": value} for value in finding["replacements"]],
        "offset": start,
        "length": length,
        "context": {
            "text": _cut(units, before, start + length + CONTEXT_UNITS),
            "offset": start - before,
            "length": length,
        },
        "sentence": _cut(units, sentence["offset"], sentence["offset"] + sentence["length"]) if sentence else "",
        "type": {"typeName": "Hint" if finding["severity"] == "tip" else "Other"},
        "rule": {
            "id": finding["rule"],
            "description": finding["why"],
            "issueType": ISSUE_TYPES[finding["severity"]],
            "category": {"id": finding["dimension"].upper(), "name": dimension_label(finding["dimension"])},
            "isPremium": False,
        },
        "ignoreForIncompleteSentence": False,
        "contextForSureMatch": 0,
    }


def _cut(units: bytes, start: int, end: int) -> str:
    """A slice by UTF-16 units. Half a surrogate pair becomes a replacement character, which has the same length."""
    return units[2 * start : 2 * end].decode("utf-16-le", "replace")
