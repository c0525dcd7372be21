"""The pages about people: the list, one person's details, history and leave, the import, and sheets of sign-in links. Managers
see their own teams; only administrators change anything."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.clock import now
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.labels import ROLE_LABELS
from server.core.problems import Problem, not_found
from server.core.weeks import DAY
from server.mail.states import InvitationState, invitation_states
from server.people import absences, memberships, operations, queries
from server.people.csv_import import ImportResult
from server.people.directory import ERASED_ADDRESS, list_people, team_paths
from server.people.forms import field_errors, read_date, read_id, read_optional_date, read_upload
from server.people.groups.models import GroupGrant
from server.people.models import Membership, User
from server.people.people_csv import COLUMNS, export_people, import_people
from server.scorecards.access import visible_team_ids
from server.scorecards.operations import teams_in_view
from server.security import operations as security
from server.security import personal_tokens, tokens
from server.security.guard import settings
from server.security.queries import never_signed_in

pages = Blueprint("people", __name__, template_folder="templates")

Answer = str | Response | tuple[str, int]


@pages.get("/people")
@page("manager", "admin", writes=False)
def index() -> str:
    viewer = current_identity()
    visible = visible_team_ids(db(), viewer=viewer)
    is_admin = viewer.role == "admin"
    team_id = request.args.get("team", type=int)
    team_ids = None if is_admin else visible
    if team_id in visible:
        team_ids = queries.subtree(db(), team_id=team_id or 0)
    oidc = settings().oidc
    people = list_people(
        db(), search=request.args.get("q", ""), team_ids=team_ids, include_inactive=is_admin and "inactive" in request.args
    )
    return render_template(
        "people/index.html",
        people=people,
        states=invitation_states(db(), user_ids=[entry.user.id for entry in people]) if _sees_invitations() else {},
        has_mail=settings().mail is not None,
        provider=oidc and oidc.name,
        teams=teams_in_view(db(), viewer=viewer),
        team_id=team_id,
        today=queries.get_calendar(db()).today(),
    )


def _sees_invitations() -> bool:
    """Whether somebody has signed in is data about an individual, which managers may not see in every organisation."""
    return current_identity().role == "admin" or not queries.get_organisation(db()).team_only


@pages.get("/people/new")
@page("admin", writes=False)
def new_form() -> str:
    return _render_new()


@pages.post("/people/new")
@page("admin")
def add() -> Answer:
    form = request.form
    try:
        user = operations.add_user(
            db(),
            email=form.get("email", ""),
            name=form.get("name", ""),
            role=form.get("role", ""),
            team_id=read_id(form, "team"),
            started_on=read_optional_date(form, "started_on"),
        )
    except Problem as problem:
        return _render_new(**field_errors(problem)), problem.status
    flash(f"{user.name} was added. {_how_to_sign_in()}", "good")
    return redirect(f"/people/{user.id}", code=303)


def _render_new(**errors: str) -> str:
    return render_template(
        "people/new.html",
        has_mail=settings().mail is not None,
        form=request.form,
        errors=errors,
        teams=teams_in_view(db(), viewer=current_identity()),
        roles=tuple(ROLE_LABELS.items()),
        provider=_provider(),
    )


def _provider() -> str:
    """The name of the identity provider; empty without single sign-on."""
    oidc = settings().oidc
    return oidc.name if oidc is not None else ""


def _how_to_sign_in() -> str:
    provider = _provider()
    if provider:
        return f"They can sign in with {provider}."
    return "Create a sign-in link below." if settings().mail is None else "Invite them below."


# --- one person -------------------------------------------------------------------------------------------------------


@pages.get("/people/<int:user_id>")
@page("manager", "admin", writes=False)
def person(user_id: int) -> str:
    return _render_person(user_id)


def _render_person(user_id: int, *, failed: str = "", link: str = "", errors: dict[str, str] | None = None) -> str:
    """``failed``: the form with ``errors``."""
    viewer, today = current_identity(), queries.get_calendar(db()).today()
    is_admin = viewer.role == "admin"
    user = db().get(User, user_id)
    visible = visible_team_ids(db(), viewer=viewer)
    history = [one for one in queries.memberships_of(db(), user_id=user_id) if is_admin or one.team_id in visible]
    if user is None or user.email.endswith(ERASED_ADDRESS):
        raise not_found()
    if not is_admin and not any(one.starts_on <= today for one in history):
        raise not_found()
    current = queries.membership_on(db(), user_id=user_id, day=today)
    if not is_admin and current is not None and current.team_id not in visible:
        current = None
    last_day = max((one.ends_on for one in history if one.ends_on), default=None)
    sees_leave = is_admin or (current is not None and not queries.get_organisation(db()).team_only)
    return render_template(
        "people/person.html",
        person=user,
        history=list(reversed(history)),
        paths=team_paths(queries.all_teams(db())),
        leaves=queries.leaves_of(db(), user_id=user_id) if sees_leave else [],
        sees_leave=sees_leave,
        state=_invitation_state(user, current=current),
        has_mail=settings().mail is not None,
        current=current,
        teams=teams_in_view(db(), viewer=viewer),
        roles=tuple(ROLE_LABELS.items()),
        today=today,
        rehire_on=max(today, last_day + DAY) if last_day else today,
        last_team_id=history[-1].team_id if history else "",
        form=request.form,
        failed=failed,
        errors=errors or {},
        link=link,
        tokens=personal_tokens.list_tokens(db(), user_id=user_id) if is_admin else [],
        sessions=security.open_sessions(db(), user_id=user_id) if is_admin else [],
        pairings=tokens.active_pairings(db(), user_id=user_id) if is_admin else [],
        grant=db().get(GroupGrant, user_id) if is_admin else None,
    )


def _invitation_state(user: User, *, current: Membership | None) -> InvitationState | None:
    """None for the deactivated, and where the viewer may not see it: a manager, of somebody who has left their teams."""
    is_theirs = current_identity().role == "admin" or (current is not None and _sees_invitations())
    return invitation_states(db(), user_ids=[user.id])[user.id] if user.is_active and is_theirs else None


def _change(user_id: int, form: str, message: str, change: Callable[[], None]) -> Answer:
    """Answers a form of a person's page."""
    try:
        change()
    except Problem as problem:
        if problem.status == 404:
            raise
        return _render_person(user_id, failed=form, errors=field_errors(problem)), problem.status
    flash(message, "good")
    return redirect(f"/people/{user_id}", code=303)


@pages.post("/people/<int:user_id>/change")
@page("admin")
def change(user_id: int) -> Answer:
    user = db().get(User, user_id)
    # Mailed links go to this address, so whoever takes over an unattended browser must not be able to set it.
    is_new_address = user is not None and request.form.get("email", "").strip().lower() != user.email
    if settings().mail is not None and is_new_address and not security.is_recently_confirmed(current_identity()):
        flash("Nothing was changed yet. Confirm who you are to change an address, then enter it again.")
        return redirect(f"/confirm?next=/people/{user_id}", code=303)

    def save() -> None:
        operations.change_user(
            db(),
            user_id=user_id,
            email=request.form.get("email", ""),
            name=request.form.get("name", ""),
            started_on=read_optional_date(request.form, "started_on"),
        )

    return _change(user_id, "change", "Saved.", save)


@pages.post("/people/<int:user_id>/move")
@page("admin")
def move(user_id: int) -> Answer:
    def save() -> None:
        user = db().get(User, user_id)
        if user is None or not user.is_active:
            raise not_found()
        memberships.assign(
            db(),
            user_id=user_id,
            team_id=read_id(request.form, "team"),
            role=user.role,
            starts_on=read_date(request.form, "starts_on"),
        )

    return _change(user_id, "move", "Moved. Numbers from that day on count in the new team.", save)


@pages.post("/people/<int:user_id>/role")
@page("admin", confirm="/people/{user_id}")
def change_role(user_id: int) -> Answer:
    def save() -> None:
        operations.change_role(db(), user_id=user_id, role=request.form.get("role", ""))

    return _change(user_id, "role", "Role changed from today.", save)


@pages.post("/people/<int:user_id>/deactivate")
@page("admin")
def deactivate(user_id: int) -> Answer:
    def save() -> None:
        security.deactivate(db(), user_id=user_id, last_day=read_optional_date(request.form, "last_day"))

    return _change(user_id, "deactivate", "Deactivated. All sessions, pairings and tokens of this person have ended.", save)


@pages.post("/people/<int:user_id>/rehire")
@page("admin", confirm="/people/{user_id}")
def rehire(user_id: int) -> Answer:
    def save() -> None:
        memberships.rehire(
            db(),
            user_id=user_id,
            team_id=read_id(request.form, "team"),
            role=request.form.get("role", ""),
            starts_on=read_date(request.form, "starts_on"),
        )

    return _change(user_id, "rehire", f"This person has access again. {_how_to_sign_in()}", save)


# The link is in this response only, never in a cookie or an address, so there is no redirect.
@pages.post("/people/<int:user_id>/link")
@page("admin", confirm="/people/{user_id}")
def create_link(user_id: int) -> str:
    user = db().get(User, user_id)
    if user is None or not user.is_active:
        raise not_found()
    return _render_person(user_id, link=settings().origin + security.create_link(db(), user_id=user_id))


@pages.post("/people/<int:user_id>/tokens/revoke")
@page("admin")
def revoke_tokens(user_id: int) -> Response:
    if db().get(User, user_id) is None:
        raise not_found()
    count = personal_tokens.revoke_all(db(), user_id=user_id, reason="admin")
    flash(f"Tokens revoked: {count}.", "good")
    return redirect(f"/people/{user_id}", code=303)


@pages.post("/people/<int:user_id>/leave")
@page("admin")
def add_leave(user_id: int) -> Answer:
    def save() -> None:
        absences.add_leave(
            db(),
            user_id=user_id,
            starts_on=read_date(request.form, "starts_on"),
            ends_on=read_optional_date(request.form, "ends_on"),
            kind=request.form.get("kind", ""),
        )

    return _change(user_id, "leave", "Leave added. Weeks away do not count as weeks without work.", save)


@pages.post("/people/<int:user_id>/leave/<int:leave_id>/delete")
@page("admin")
def delete_leave(user_id: int, leave_id: int) -> Answer:
    def save() -> None:
        absences.delete_leave(db(), user_id=user_id, leave_id=leave_id)

    return _change(user_id, "leave", "Leave deleted.", save)


# --- import, export, links --------------------------------------------------------------------------------------------


@pages.get("/people/import")
@page("admin", writes=False, confirm="/people/import")
def import_form() -> str:
    return _render_import()


def _render_import(*, text: str = "", result: ImportResult | None = None, error: str = "") -> str:
    return render_template(
        "people/import.html",
        columns=COLUMNS,
        text=text,
        result=result,
        error=error,
        adds_teams="add_teams" in request.form,
    )


@pages.post("/people/import")
@page("admin", confirm="/people/import")
def import_file() -> Answer:
    """First a dry run, whose page carries the text to the second step."""
    is_confirmed = request.form.get("step") == "import"
    try:
        text = request.form.get("text", "") if is_confirmed else read_upload(request.files.get("file"))
        result = import_people(db(), text, dry_run=not is_confirmed, add_teams="add_teams" in request.form)
    except Problem as problem:
        return _render_import(error=field_errors(problem).get("file", problem.title)), problem.status
    if not is_confirmed or result.errors:
        return _render_import(text=text, result=result)
    flash(f"Imported: {len(result.added)} added, {len(result.changed)} changed, {result.unchanged} unchanged.", "good")
    return redirect("/people", code=303)


@pages.get("/people/export")
@page("admin", writes=False)
def export() -> Response:
    return Response(
        export_people(db()),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="repute-people-{now():%Y-%m-%d}.csv"'},
    )


@pages.post("/people/links")
@page("admin", confirm="/people")
def create_links() -> str:
    """A sheet to print and cut: a link for each active person of the team who never signed in."""
    team_id = read_id(request.form, "team")
    team_ids = None if team_id is None else queries.subtree(db(), team_id=team_id)
    newcomers = never_signed_in(db())
    people = [entry for entry in list_people(db(), team_ids=team_ids) if entry.user.id in newcomers]
    return render_template(
        "people/links.html",
        sheets=[(entry, settings().origin + security.create_link(db(), user_id=entry.user.id)) for entry in people],
        hours=int(security.LINK_LIFETIME.total_seconds() // 3600),
    )
