"""The scorecard of a team, the same as a file, and the page of each rep."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, g, render_template, request, stream_with_context

from server.core.access import page
from server.core.database.session import db, engine, unit_of_work
from server.core.identity import current_identity
from server.core.periods import Period
from server.core.problems import field_problem
from server.core.spreadsheet import csv_lines
from server.core.weeks import monday_of
from server.one_to_ones.access import is_present_manager
from server.one_to_ones.points import skip_used
from server.people.models import Metric
from server.people.queries import get_organisation
from server.people.time_allowances import find_allowance
from server.scorecards import labels, operations
from server.scorecards.links import (
    MIN_DAYS,
    Requested,
    link,
    period_code,
    period_parameters,
    requested_period,
    requested_week,
    steps,
)
from server.scorecards.listing import ATTAINMENT, Lines, Rows, list_lines, list_rows
from server.scorecards.points.reasons import REASONS
from server.scorecards.tables import chart_table, scorecard_table
from server.scorecards.team_card import team_scorecard
from server.scorecards.views import Plan, TeamScorecard
from server.scorecards.xlsx import MIMETYPE, xlsx_chunks

pages = Blueprint("scorecards", __name__, template_folder="templates")
pages.add_app_template_filter(labels.period_name, "period_name")
pages.add_app_template_filter(labels.day_range, "day_range")
pages.add_app_template_filter(labels.tick, "tick")
pages.add_app_template_filter(labels.ticks, "ticks")
pages.add_app_template_filter(labels.before_name, "before_name")
pages.add_app_template_filter(labels.averaged_over, "averaged_over")

MAX_SEARCH_LENGTH = 200


@pages.get("/team")
@page("manager", "admin", writes=False)
def team() -> str | tuple[str, int]:
    viewer, requested = current_identity(), requested_period(min_days=MIN_DAYS)
    if "team" not in request.args and not operations.teams_in_view(db(), viewer=viewer):
        return render_template("scorecards/no_team.html")
    card = _card(requested)
    if viewer.role == "admin":
        # In a separate transaction, so that the request itself only reads, as it does for managers.
        with unit_of_work(engine(), request_id=g.get("request_id")) as session:
            operations.record_scorecard_opened(session, viewer=viewer, team_id=card.team_id)
    listed = _listed(card)
    content = render_template(
        "scorecards/team.html",
        card=card,
        listed=listed,
        by_team=isinstance(listed, Lines),
        search=_search(),
        others_found=_found_in_the_other_view(card, listed),
        attainment_sort=ATTAINMENT,
        shows_table="table" in request.args,
        teams=operations.teams_in_view(db(), viewer=viewer),
        time=find_allowance(db(), team_id=card.team_id, week=monday_of(card.plan.counted.last)),
        links=_Links(card),
        errors=requested.errors,
        **_span_values(card.plan),
    )
    return (content, 422) if requested.errors else content


@pages.get("/team/export")
@page("manager", "admin", writes=True)
def export() -> Response:
    """What the team's page shows, as a file. The people in it can see who took their numbers along."""
    viewer = current_identity()
    file_format = request.args.get("format", "csv")
    if file_format not in {"csv", "xlsx"}:
        raise field_problem("format", "must be csv or xlsx")
    requested = requested_period(min_days=MIN_DAYS)
    for name, error in requested.errors.items():
        raise field_problem(name, error.removesuffix("."))
    card = _card(requested)
    listed = _listed(card)
    currency = get_organisation(db()).currency
    table = scorecard_table(card, listed, currency=currency)
    people = [row.user_id for row in listed.rows] if isinstance(listed, Rows) else []
    operations.record_scorecard_exported(
        db(), viewer=viewer, team_id=card.team_id, user_ids=people, file_format=file_format
    )  # fmt: skip
    if file_format == "csv":
        content: Any = csv_lines([column.title for column in table.columns], table.rows)
    else:
        content = xlsx_chunks([table, chart_table(card, currency=currency)])
    name = f"repute-scorecard-{card.plan.period.first}-{card.plan.period.last}.{file_format}"
    return Response(
        stream_with_context(content),
        mimetype="text/csv" if file_format == "csv" else MIMETYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _card(requested: Requested) -> TeamScorecard:
    return team_scorecard(
        db(),
        viewer=current_identity(),
        team_id=request.args.get("team", type=int),
        period=requested.period,
        lists_people=request.args.get("view") == "people" or bool(_search()),
    )


def _search() -> str:
    return request.args.get("q", "").strip()[:MAX_SEARCH_LENGTH]


def _shows_teams(card: TeamScorecard) -> bool:
    """Unless somebody asked for people, teams are listed where there are any; in team-only mode always."""
    return card.team_only or (bool(card.lines) and request.args.get("view") != "people")


def _listed(card: TeamScorecard) -> Rows | Lines:
    keys = [metric.key for metric in card.metrics]
    sort, search = request.args.get("sort", ""), _search()
    if _shows_teams(card):
        return list_lines(card.lines, sort=sort, search=search, keys=keys, has_weights=card.has_weights)
    return list_rows(card.rows, sort=sort, search=search, keys=keys, has_weights=card.has_weights)


def _found_in_the_other_view(card: TeamScorecard, listed: Rows | Lines) -> int:
    """How many people a search among teams would find."""
    if not _search() or isinstance(listed, Rows):
        return 0
    return len(list_rows(card.rows, sort="", search=_search(), keys=(), has_weights=False).rows)


def _span_values(plan: Plan) -> dict[str, Any]:
    """What the form for the span and the sentence about it need."""
    return {
        "plan": plan,
        "chart_names": [labels.period_name(period) for period in plan.chart],
        "kinds": labels.KIND_LABELS,
        "steps": steps(plan.period),
        "asked": request.args,
    }


class _Links:
    """Addresses that a team's page leads to. They keep the team, the span, the search and the order."""

    def __init__(self, card: TeamScorecard) -> None:
        self._card, self._period = card, card.plan.period

    def here(self, **changes: Any) -> str:
        return link(self._period, team=self._card.team_id, **changes)

    def sort(self, name: str) -> str:
        return self.here(sort=name or None)

    def file(self, file_format: str) -> str:
        return link(self._period, "/team/export", team=self._card.team_id, format=file_format)

    def team(self, team_id: int) -> str:
        """A search for one team is not one for its people."""
        return self.here() if team_id is None else link(self._period, "/team", team=team_id, q=None, view=None, sort=None)

    def person(self, user_id: int, anchor: str = "") -> str:
        return link(self._period, f"/team/rep/{user_id}", team=self._card.team_id) + anchor

    def records(
        self, metric: Metric, period: Period | None = None, *, team_id: int | None = None, part: str | None = None
    ) -> str:
        return self._records("/team/records", metric, period, team=team_id or self._card.team_id, part=part)

    def person_records(self, metric: Metric, user_id: int, period: Period | None = None) -> str:
        return self._records(
            f"/team/rep/{user_id}/records", metric, period, team=self._card.team_id, within=self._card.team_id
        )  # fmt: skip

    def _records(self, path: str, metric: Metric, period: Period | None, **more: Any) -> str:
        return link(
            self._period,
            path,
            **({"metric": metric.key, "of": period_code(self._period)} | period_parameters(period or self._period) | more),
        )

    def all_records(self, metric: Metric) -> str:
        chart = self._card.plan.chart
        return self.records(metric, Period("custom", chart[0].first, chart[-1].last))


def _one_to_one(user_id: int) -> str:
    team = request.args.get("team", type=int)
    parameters = {"week": requested_week()} | ({} if team is None else {"team": team})
    return f"/team/rep/{user_id}/one-to-one?{urlencode(parameters)}"


# Writes a record of the view, which that person can see.
@pages.get("/team/rep/<int:user_id>")
@page("manager", "admin", writes=True)
def rep(user_id: int) -> str | tuple[str, int]:
    requested = requested_period(min_days=MIN_DAYS)
    viewer = current_identity()
    skip = skip_used(db(), viewer=viewer, user_id=user_id, week=requested_week())
    rep_page = operations.open_rep_page(db(), viewer=viewer, user_id=user_id, period=requested.period, skip=skip)
    plan = rep_page.plan
    everything = Period("custom", plan.chart[0].first, plan.chart[-1].last)

    def records_link(metric: Metric, period: Period | None = None) -> str:
        parameters = {"metric": metric.key, "of": period_code(plan.period)} | period_parameters(period or plan.period)
        return link(plan.period, f"/team/rep/{user_id}/records", **parameters)

    def outcomes_link(period: Period) -> str:
        parameters = {"of": period_code(plan.period)} | period_parameters(period)
        return link(plan.period, f"/team/rep/{user_id}/outcomes", **parameters)

    content = render_template(
        "scorecards/rep.html",
        rep=rep_page,
        REASONS=REASONS,
        one_to_one=_one_to_one(user_id) if is_present_manager(db(), viewer=viewer, user_id=user_id) else None,
        outcomes_link=outcomes_link,
        all_outcomes_link=outcomes_link(everything),
        records_link=records_link,
        all_records_link=lambda metric: records_link(metric, everything),
        back=link(plan.period, "/team"),
        errors=requested.errors,
        **_span_values(plan),
    )
    return (content, 422) if requested.errors else content
