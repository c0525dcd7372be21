"""The scoring version that a run gives: the champion with the run's correction, as the new challenger."""

from __future__ import annotations

from sqlalchemy.orm import Session

from nlp.quality.correction.weights import CorrectionWeights
from server.core.identity import Identity
from server.core.problems import Problem
from server.people.models import User
from server.training.models import TrainingRun
from server.tuning import operations as tuning
from server.tuning.champion import get_champion


def store_challenger(session: Session, run: TrainingRun) -> None:
    """409 if another version has become the champion since the run started."""
    if get_champion(session).version != run.base_hash:
        raise Problem(409, "out-of-date", "Another version was activated since this was trained", detail="Train again.")
    starter = session.get_one(User, run.started_by)
    author = Identity(user_id=starter.id, name=starter.name, email=starter.email, role=starter.role)
    try:
        correction = CorrectionWeights.model_validate(run.correction)
        version = tuning.create_version_of_correction(session, author=author, correction=correction, note=note_of(run))
    except ValueError:
        # A correction that was changed in the database: NaN, a wrong length, unknown names.
        raise Problem(
            409, "version-unusable", "This result cannot be used", detail="It is not what the run stored. Train again."
        ) from None
    run.version_hash = version.hash
    session.flush()


def note_of(run: TrainingRun) -> str:
    """The note of the version, for administrators and reps."""
    parts = [
        f"{count:,} {noun}{'' if count == 1 else 's'}"
        for count, noun in ((run.preferences, "comparison"), (run.ratings, "rating"))
        if count
    ]
    return f"Trained on {' and '.join(parts)} by our own readers"
