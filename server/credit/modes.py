"""How quality affects credit in the organisation."""

from __future__ import annotations

from typing import Literal

from server.people.models import Organisation

OrganisationMode = Literal["bands", "checks", "blind"]


def mode_in_effect(organisation: Organisation) -> OrganisationMode:
    """``bands`` without a named overseer acts as ``blind``."""
    if organisation.credit_mode == "checks":
        return "checks"
    return "bands" if organisation.credit_mode == "bands" and organisation.overseer else "blind"
