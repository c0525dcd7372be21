"""The page of the rubric in the draft, with what it would do."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.activities.measuring import request_measuring
from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.labels import kind_label
from server.core.problems import Problem
from server.effects.change import change_by
from server.effects.effect import RubricEffect, rubric_effect
from server.tuning import draft, rubric
from server.tuning.champion import get_champion
from server.tuning.rubric import Rubric, Wanted

pages = Blueprint("rubric", __name__, template_folder="templates")
Answer = Response | str | tuple[str, int]

#: What the script asks for instead of the whole page.
PART = "effect"


@pages.get("/tuning/rubric")
@page("admin", writes=False)
def index() -> Answer:
    settings = rubric.list_settings(db(), draft.draft_scoring(db()))
    return _render(settings, wanted=rubric.read_form(settings, {}))


@pages.post("/tuning/rubric")
@page("admin")
def change() -> Answer:
    settings = rubric.list_settings(db(), draft.draft_scoring(db()))
    try:
        wanted = rubric.read_form(settings, request.form)
    except Problem as problem:
        return _render(settings, errors=_errors(problem, settings)), problem.status
    count = rubric.change_rubric(db(), editor=current_identity(), rubric=settings, wanted=wanted)
    if count:
        flash(f"Saved {count} {'change' if count == 1 else 'changes'} in the draft.", "good")
    else:
        flash("Nothing changed.", "info")
    return redirect("/tuning/rubric", code=303)


# Computes numbers only; stores nothing but the request to measure items that are not measured yet.
@pages.post("/tuning/rubric/effect")
@page("admin")
def effect() -> Answer:
    settings = rubric.list_settings(db(), draft.draft_scoring(db()))
    request_measuring(db())
    try:
        wanted = rubric.read_form(settings, request.form)
    except Problem as problem:
        errors = _errors(problem, settings)
        if request.form.get("part") == PART:
            return render_template("effects/part.html", effect=None, errors=errors), problem.status
        return _render(settings, errors=errors), problem.status
    if request.form.get("part") == PART:
        return render_template("effects/part.html", effect=_effect(wanted), errors={})
    return _render(settings, wanted=wanted)


def _effect(wanted: Wanted) -> RubricEffect:
    version = draft.draft_scoring(db())
    changed = change_by(get_champion(db()), wanted.settings, wanted.points, version.is_on)
    return rubric_effect(db(), changed, version=version)


def _render(settings: Rubric, *, wanted: Wanted | None = None, errors: Mapping[str, str] | None = None) -> str:
    """With ``errors``, without an effect. Fields have what was submitted."""
    return render_template(
        "effects/rubric.html",
        rubric=settings,
        groups=rubric.GROUP_LABELS,
        typed=request.form,
        errors=errors or {},
        effect=_effect(wanted) if wanted is not None else None,
        is_changed=draft.is_changed(db()),
    )


def _errors(problem: Problem, settings: Rubric) -> dict[str, str]:
    """By field: what it is called, and its limits."""
    labels = {setting.key: setting.label for setting in settings}
    for surface, percents in settings.emphasis.items():
        labels |= {setting.key: f"{kind_label(surface)}, {setting.label}" for setting in percents}
    return {error["field"]: f"{labels[error['field']]} {error['message']}." for error in problem.errors}
