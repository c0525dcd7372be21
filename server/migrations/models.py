"""Imports the models of all packages, so that the metadata is complete. For migrations and tests; no other package imports it."""

from server.activities import models as activities
from server.appeals import models as appeals
from server.audit import models as audit
from server.channels import models as channels
from server.coaching import models as coaching
from server.connections import models as connections
from server.core.database.types import Base
from server.credit import models as credit
from server.digests import models as digests
from server.evidence import models as evidence
from server.history import models as history
from server.imports import models as imports
from server.jobs import models as jobs
from server.labels import models as labels
from server.library import models as library
from server.mail import models as mail
from server.one_to_ones import models as one_to_ones
from server.outcomes import models as outcomes
from server.own_week import models as own_week
from server.people import models as people
from server.people.groups import models as groups
from server.policies import models as policies
from server.privacy import models as privacy
from server.records import models as records
from server.rollups import models as rollups
from server.security import models as security
from server.training import models as training
from server.trials import models as trials
from server.tuning import models as tuning
from server.wording_help import models as wording_help

__all__ = [
    "Base",
    "activities",
    "appeals",
    "audit",
    "channels",
    "coaching",
    "connections",
    "credit",
    "digests",
    "evidence",
    "groups",
    "history",
    "imports",
    "jobs",
    "labels",
    "library",
    "mail",
    "one_to_ones",
    "outcomes",
    "own_week",
    "people",
    "policies",
    "privacy",
    "records",
    "rollups",
    "security",
    "training",
    "trials",
    "tuning",
    "wording_help",
]
