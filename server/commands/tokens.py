"""``token``: tokens for other systems."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from server.commands.connection import run_in_transaction
from server.commands.people import get_person
from server.core.access import INTEGRATION_SCOPES
from server.people.models import User
from server.security import integrations


@click.group(help="Manage tokens for other systems.")
def token() -> None:
    pass


@token.command(name="add-integration", help="Create a token for a CRM or an identity provider. It is shown once.")
@click.argument("label")
@click.option("--admin", required=True, help="E-mail address of the accountable administrator.")
@click.option(
    "--scope", type=click.Choice(INTEGRATION_SCOPES), default="activities:write", show_default=True,
    help="Report activities, or add and remove people (SCIM).",
)  # fmt: skip
def add_integration(label: str, admin: str, scope: str) -> None:
    run_in_transaction(
        lambda session: integrations.add(session, label=label, scope=scope, created_by=_get_admin(session, admin).id)
    )


def _get_admin(session: Session, email: str) -> User:
    person = get_person(session, email)
    if person.role != "admin":
        raise click.UsageError("Only an administrator can be accountable for an integration.")
    return person


@token.command(name="list", help="List integrations and their tokens.")
def list_tokens() -> None:
    def work(session: Session) -> str:
        lines = []
        for integration in integrations.list_integrations(session):
            lines.append(f"{integration.id}  {integration.label}  (added by {integration.created_by})")
            for info in integration.tokens:
                used = f"last used {info.last_used_on}" if info.last_used_on else "never used"
                until = "expired" if info.state == "expired" else "expires"
                lines.append(f"    {info.state}: {until} {info.expires_at:%Y-%m-%d}, {used}, created by {info.created_by}")
        return "\n".join(lines) or "There are no integrations."

    run_in_transaction(work)


@token.command(name="rotate", help="Create a new token for the integration ID, shown once. The old one works for 14 more days.")
@click.argument("integration_id", metavar="ID", type=int)
@click.option("--admin", required=True, help="E-mail address of the accountable administrator.")
def rotate_token(integration_id: int, admin: str) -> None:
    run_in_transaction(
        lambda session: integrations.rotate(session, integration_id=integration_id, created_by=_get_admin(session, admin).id)
    )


@token.command(name="revoke", help="End the integration ID and all its tokens immediately.")
@click.argument("integration_id", metavar="ID", type=int)
def revoke_integration(integration_id: int) -> None:
    def work(session: Session) -> str:
        integrations.revoke(session, integration_id=integration_id)
        return "Revoked. Its tokens no longer work."

    run_in_transaction(work)
