"""Who may label: administrators, and the experts whom they named. For everybody else the pages do not exist."""

from __future__ import annotations

from sqlalchemy.orm import Session

from server.core.identity import Identity
from server.core.problems import not_found
from server.labels import queries
from server.labels.queries import Texts


def may_label(session: Session, *, viewer: Identity) -> bool:
    return viewer.role == "admin" or queries.is_expert(session, user_id=viewer.user_id)


def require_labeller(session: Session, *, viewer: Identity) -> None:
    """404 for everybody who may not label."""
    if not may_label(session, viewer=viewer):
        raise not_found()


def require_item(session: Session, *, viewer: Identity, item_id: int) -> Texts:
    """The item, of which the viewer wrote no text. 404 for every other, and for one whose text may no longer be used."""
    require_labeller(session, viewer=viewer)
    texts = queries.item_texts(session, item_id=item_id)
    if texts is None or viewer.user_id in texts.authors:
        raise not_found()
    return texts
