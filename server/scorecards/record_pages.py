"""The pages behind the numbers: of a team, of a person, and of one's own."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.people.queries import active_metrics
from server.scorecards import records
from server.scorecards.links import link, period_of_origin, requested_days, steps
from server.scorecards.records import Selection
from server.scorecards.views import RecordsPage

pages = Blueprint("records", __name__, template_folder="templates")

#: Far more pages than there are; larger numbers would overflow the query's offset.
MAX_PAGE = 100_000


def _selection() -> Selection:
    """Without ``?metric=``, the first metric."""
    metric = request.args.get("metric") or active_metrics(db())[0].key
    page_number = max(1, min(request.args.get("page", default=1, type=int), MAX_PAGE))
    return Selection(metric, requested_days(), page_number)


def _render(found: RecordsPage, back: str, back_label: str) -> str:
    return render_template(
        "scorecards/records.html",
        found=found,
        back=back,
        back_label=back_label,
        page_link=lambda number: link(found.period, page=number),
        steps=steps(found.period),
    )


@pages.get("/me/records")
@page(writes=False)
def own() -> str:
    found = records.list_own_records(db(), viewer=current_identity(), selection=_selection())
    return _render(found, "/me", "My work")


# These two write records of the views, which the people on the page can see.
@pages.get("/team/records")
@page("manager", "admin", writes=True)
def team() -> str:
    found = records.open_team_records(
        db(),
        viewer=current_identity(),
        team_id=request.args.get("team", type=int),
        part=request.args.get("part", ""),
        selection=_selection(),
    )
    back = link(period_of_origin(found.period), "/team", team=found.team_id, metric=None, part=None, of=None)
    return _render(found, back, found.whose)


@pages.get("/team/rep/<int:user_id>/records")
@page("manager", "admin", writes=True)
def person(user_id: int) -> str:
    found = records.open_person_records(
        db(),
        viewer=current_identity(),
        user_id=user_id,
        team_id=request.args.get("within", type=int),
        selection=_selection(),
    )
    back = link(period_of_origin(found.period), f"/team/rep/{user_id}", metric=None, within=None, of=None)
    return _render(found, back, found.whose)
