"""How well the measure of genericness agrees with the judges of held-out drafts."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.coach import Coach
from nlp.evaluation.card import Table
from nlp.evaluation.metrics import bootstrap, spearman
from nlp.model import DRAFT_SURFACES, Draft
from nlp.training import labels
from nlp.training.labels import GENERIC, LabelledDraft

Scored = tuple[LabelledDraft, float, float]


def measure(coach: Coach) -> Table:
    scored: list[Scored] = []
    for draft in labels.drafts("feed"):
        mark = draft.mark(GENERIC)
        predicted = coach.assess(Draft(draft.surface, draft.text)).genericness if draft.is_held_out else None
        if mark is not None and predicted is not None:
            scored.append((draft, float(predicted), mark))
    rows = [_row("all", scored)]
    rows += [_row(surface, [each for each in scored if each[0].surface == surface]) for surface in DRAFT_SURFACES]
    heads = ("held-out drafts", "Spearman (95 % interval)", "first and second pass", "drafts")
    return Table(heads, rows, "How generic a draft reads")


def _row(name: str, scored: Sequence[Scored]) -> tuple[str, ...]:
    passes = [[float(draft.passes[number][GENERIC]) for draft, *_ in scored] for number in (0, 1)]
    agreement = bootstrap(spearman, [predicted for _, predicted, _ in scored], [mark for *_, mark in scored])
    return name, str(agreement), f"{spearman(*passes):.3f}", f"{len(scored):,}"
