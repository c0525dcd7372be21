"""The pages of evidence: whether social work goes with more sales in the organisation's own numbers. Managers see what is said
of the whole company; administrators also start runs and take the panel along."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from flask import Blueprint, Response, redirect, render_template, request, stream_with_context
from werkzeug.wrappers import Response as WerkzeugResponse

from server.core.access import page
from server.core.database.session import db, engine, unit_of_work
from server.core.identity import current_identity
from server.core.problems import Problem, not_found
from server.evidence import export, limits, operations, queries, view, wording
from server.evidence.panel import RULES, SumsIncomplete
from server.evidence.report import percent
from server.people.forms import field_errors, read_number

pages = Blueprint("evidence", __name__, template_folder="templates")
pages.add_app_template_filter(wording.change, "evidence_change")
pages.add_app_template_filter(wording.interval, "evidence_interval")
pages.add_app_template_filter(wording.signed_percent, "evidence_percent")
pages.add_app_template_filter(wording.people, "evidence_people")
pages.add_app_template_filter(wording.weeks, "evidence_weeks")
pages.add_app_template_filter(percent, "evidence_number")

Answer = str | WerkzeugResponse | tuple[str, int]


@pages.get("/evidence")
@page("manager", "admin", writes=False)
def index() -> str:
    return _render()


def _render(*, errors: dict[str, str] | None = None, chosen: Mapping[str, object] | None = None) -> str:
    return render_template(
        "evidence/index.html",
        page=view.index(db(), viewer=current_identity()),
        errors=errors or {},
        chosen=chosen,
        limits=limits,
        install=wording.INSTALL_COMMAND,
    )


@pages.post("/evidence")
@page("admin")
def start() -> Answer:
    form = request.form
    chosen = {
        "outcome": form.get("outcome", ""),
        "lag": form.get("lag", ""),
        "cluster": form.get("cluster", "rep"),
        "controls": tuple(form.getlist("controls")),
    }
    try:
        operations.start(
            db(),
            starter=current_identity(),
            outcome=form.get("outcome", ""),
            lag=read_number(form, "lag"),
            cluster=form.get("cluster", "rep"),
            controls=form.getlist("controls"),
        )
    except Problem as problem:
        if problem.status != 422:
            raise
        return _render(errors=field_errors(problem), chosen=chosen), problem.status
    return redirect("/evidence", code=303)


@pages.post("/evidence/runs/<int:evidence_id>/cancel")
@page("admin")
def cancel(evidence_id: int) -> WerkzeugResponse:
    operations.cancel(db(), run_id=evidence_id, canceller=current_identity())
    return redirect("/evidence", code=303)


@pages.post("/evidence/runs/<int:evidence_id>/resume")
@page("admin")
def resume(evidence_id: int) -> WerkzeugResponse:
    operations.resume(db(), run_id=evidence_id)
    return redirect("/evidence", code=303)


@pages.get("/evidence/runs/<int:evidence_id>")
@page("manager", "admin", writes=False)
def report(evidence_id: int) -> str:
    """To print."""
    return render_template("evidence/report.html", found=_finding(evidence_id), limits=limits, model=view.MODEL, rules=RULES)


@pages.get("/evidence/runs/<int:evidence_id>/report.json")
@page("manager", "admin", writes=False)
def report_document(evidence_id: int) -> Response:
    content = json.dumps(view.document(_finding(evidence_id)), indent=1, ensure_ascii=False)
    return _download([content], f"evidence-{evidence_id}.json", "application/json")


def _finding(run_id: int) -> view.Finding:
    run = queries.get_run(db(), run_id=run_id)
    if run is None or run.state != "done":
        raise not_found()
    return view.finding(db(), run, viewer=current_identity())


@pages.get("/evidence/runs/<int:evidence_id>/panel.csv")
@page("admin", writes=True)
def panel_csv(evidence_id: int) -> Response:
    return _panel(evidence_id, "csv")


@pages.get("/evidence/runs/<int:evidence_id>/panel.json")
@page("admin", writes=True)
def panel_json(evidence_id: int) -> Response:
    return _panel(evidence_id, "json")


def _panel(evidence_id: int, file_format: str) -> Response:
    """The panel as it is now, in the order of the run."""
    run = operations.take_panel(db(), run_id=evidence_id, taker=current_identity(), file_format=file_format)
    try:
        plan = export.plan_for(db())
    except SumsIncomplete:
        raise Problem(
            503, "sums-incomplete", "The weekly sums are being rebuilt", detail="Try again in some minutes."
        ) from None
    token, write = run.token, export.WRITERS[file_format]

    def content() -> Iterator[str]:
        # The request's transaction ends before the response is sent.
        with unit_of_work(engine(), writes=False) as session:
            yield from write(session, plan, token)

    mimetype = {"csv": "text/csv", "json": "application/json"}[file_format]
    return _download(stream_with_context(content()), f"evidence-panel-{evidence_id}.{file_format}", mimetype)


def _download(content: object, name: str, mimetype: str) -> Response:
    return Response(
        content,  # type: ignore[arg-type]
        mimetype=mimetype,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
