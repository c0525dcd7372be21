"""API routes to pair a browser extension, refresh its tokens and end access."""

from __future__ import annotations

from dataclasses import asdict

from flask_openapi import APIBlueprint

from server.core.access import public, token
from server.core.database.session import db, engine, unit_of_work
from server.core.identity import current_identity
from server.core.problems import Problem, unauthorized
from server.people.queries import get_organisation
from server.security import operations, tokens
from server.security.guard import caller_address, rate_limiter, settings
from server.security.limits import PAIR_FAILURES, REFRESH_PAIRING
from server.security.schemas import OrganisationOut, PairedOut, PersonOut, RedeemIn, RefreshIn, TokensOut

api = APIBlueprint("pairing", __name__, abp_tags=[{"name": "pairing"}])


# Public: the extension has no token yet; the code, shown to a signed-in user, and the verifier are the credentials.
@api.post("/pairing/redeem", responses={200: PairedOut})
@public()
def redeem(body: RedeemIn) -> dict[str, object]:
    """Exchange a pairing code for tokens."""
    session = db()
    try:
        user, pair = tokens.redeem_pairing_code(
            session, secret_keys=settings().secret_keys, code=body.code, verifier=body.verifier, label=body.label
        )
    except Problem:
        rate_limiter().hit(PAIR_FAILURES, caller_address())
        raise
    organisation = get_organisation(session)
    return PairedOut(
        **asdict(pair) | {"scopes": list(pair.scopes)},
        user=PersonOut(name=user.name, email=user.email),
        organisation=OrganisationOut(name=organisation.name, quiet_required=organisation.quiet_required),
        notice_version=organisation.notice_version,
    ).model_dump()


# Public: the refresh token in the body is the credential.
@api.post("/pairing/refresh", responses={200: TokensOut})
@public()
def refresh(body: RefreshIn) -> dict[str, object]:
    """Exchange a refresh token, once, for a new pair. If the response was lost, repeat the request within 60 seconds."""
    # Only tokens that do not exist count against the address: its other users must not pay for them.
    with unit_of_work(engine(), writes=False) as reading:
        pairing_id = tokens.find_pairing(reading, refresh_token=body.refresh_token)
    if pairing_id is None:
        rate_limiter().hit(PAIR_FAILURES, caller_address())
        raise unauthorized()
    rate_limiter().hit(REFRESH_PAIRING, str(pairing_id))
    return asdict(tokens.refresh_tokens(db(), refresh_token=body.refresh_token))


@api.delete("/pairing", responses={204: None})
@token("me:read")
def unpair() -> tuple[str, int]:
    """End this browser's pairing and revoke its tokens."""
    identity = current_identity()
    if identity.family_id is not None:
        tokens.unpair(db(), user_id=identity.user_id, family_id=identity.family_id)
    return "", 204


@api.delete("/pairing/everywhere", responses={204: None})
@token("me:read")
def sign_out_everywhere() -> tuple[str, int]:
    """End every session and every pairing of the person, including this one."""
    operations.end_all_access(db(), user_id=current_identity().user_id, reason="signed-out")
    return "", 204
