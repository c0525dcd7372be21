"""The texts that ship for labelling. ``python -m tests.server.labels.test_project_texts`` writes the file again after the
labelled drafts changed."""

from __future__ import annotations

import json

from nlp.model import DRAFT_DIMENSIONS, DRAFT_SURFACES
from nlp.training.labels import LabelledDraft, drafts, hash_of
from server.labels.guide import GUIDE
from server.labels.models import DIMENSIONS, SURFACES
from server.labels.project_texts import PATH, project_texts
from server.labels.texts import MAX_TEXT_LENGTH

#: About as many of each surface as readers can compare in some hours.
QUOTA = {"linkedin-post": 120, "linkedin-comment": 60, "x-post": 70, "x-reply": 50}
#: Pairs are made within a group, so few groups give many pairs; fitting and checking in folds needs some.
GROUPS = 20


def _may_ship(draft: LabelledDraft) -> bool:
    """Written freely or to a plan, and not to imitate one real post; and not held out."""
    return not draft.is_held_out and (draft.collection == "models" or draft.is_planned)


def make_file() -> str:
    lines = []
    for surface in DRAFT_SURFACES:
        own = [draft for draft in drafts() if draft.surface == surface and _may_ship(draft)]
        chosen = sorted(own, key=lambda draft: hash_of(f"label {draft.id}"))[: QUOTA[surface]]
        rows = [
            {
                "id": draft.id,
                "surface": surface,
                "group": f"project-{hash_of(draft.group or draft.id) % GROUPS:02}",
                "text": draft.text,
            }
            for draft in chosen
        ]
        lines += [json.dumps(row, ensure_ascii=False) for row in sorted(rows, key=lambda row: (row["group"], row["id"]))]
    return "".join(f"{line}\n" for line in lines)


def test_file_is_made_from_the_labelled_drafts():
    assert PATH.read_text(encoding="utf-8") == make_file()


def test_no_text_is_held_out_or_stands_twice():
    held_out = {draft.text for draft in drafts() if draft.is_held_out}
    texts = [text.text for text in project_texts()]
    assert held_out.isdisjoint(texts)
    assert len(texts) == len(set(texts)) == sum(QUOTA.values())
    assert max(map(len, texts)) <= MAX_TEXT_LENGTH


def test_names_are_those_of_the_scoring():
    assert SURFACES == DRAFT_SURFACES
    assert DIMENSIONS == DRAFT_DIMENSIONS == tuple(guide.dimension for guide in GUIDE)


if __name__ == "__main__":
    PATH.write_text(make_file(), encoding="utf-8")
