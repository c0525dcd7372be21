"""The steps of setting up, each computed from the tables."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.account import queries
from server.people.queries import get_organisation


@dataclass(frozen=True, slots=True)
class Step:
    """``path`` is the page where the step is done; ``state`` says how far it is, if there is a number to say."""

    title: str
    hint: str
    path: str
    link: str
    is_done: bool
    state: str = ""


def steps(session: Session) -> tuple[Step, ...]:
    """In the order in which they make sense."""
    organisation = get_organisation(session)
    invited = queries.count_reps_invited(session)
    reps, confirmed = queries.count_active_reps(session), queries.count_reps_who_confirmed(session)
    return (
        Step(
            "Add the people who write",
            "Import a CSV file, with their teams, or add them one by one. Everything else starts with them.",
            "/people",
            "People",
            reps > 0,
            f"{reps} {'rep' if reps == 1 else 'reps'} so far" if reps else "",
        ),
        Step(
            "Invite them",
            "By mail, or with a printed sheet of links that sign people in once.",
            "/people",
            "People",
            0 < reps == invited,
            f"{invited} of {reps} reps have signed in, were invited or got a link" if reps else "",
        ),
        Step(
            "Create teams",
            "Managers see the team they lead and the teams below it.",
            "/people/teams",
            "Teams",
            queries.has_team(session),
        ),
        Step(
            "Set targets",
            "The scorecard compares each metric with them.",
            "/people/targets",
            "Targets",
            queries.has_target(session),
        ),
        Step(
            "Decide on credit and what managers see",
            "Before people confirm the notice: a later change can ask them again. Name the overseer, who answers for credit.",
            "/settings/organisation#credit",
            "Credit",
            organisation.overseer is not None,
        ),
        Step(
            "Have the notice to staff confirmed",
            "People are asked when they pair the extension, and under My work. Nobody's posts count before.",
            "/settings/organisation#notice",
            "Notice to staff",
            0 < reps == confirmed,
            f"{confirmed} of {reps} reps have confirmed it" if reps else "",
        ),
        Step(
            "Send numbers from the CRM",
            "With the numbers that you steer by today, the scorecard is complete. Connect the CRM under Settings, "
            "Integrations, or import a file that it exports.",
            "/imports",
            "Import numbers",
            queries.has_crm_record(session),
        ),
        Step(
            "Pair the extension",
            "Whoever runs the server can install it for everybody. Each rep then pairs their browser.",
            "/settings#browsers",
            "Paired browsers",
            queries.has_paired_browser(session),
        ),
        Step(
            "Share a first post",
            "A rep publishes something and counts it, in the extension or here.",
            "/write",
            "Write",
            queries.has_shared_item(session),
        ),
    )


def is_complete(session: Session) -> bool:
    return all(step.is_done for step in steps(session))
