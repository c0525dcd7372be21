"""What a trained correction may cost. Beyond these limits it becomes a version only if a person says why."""

from __future__ import annotations

from server.training.report import FIGURES, Report

#: Rank correlation with the project's own labelled drafts that may be lost: an organisation may have a taste of its own, but
#: not turn the scale around.
MAX_OWN_SET_LOSS = 0.05
#: Agreement with the organisation's own unseen labels that may be lost: chance, not a price.
MAX_LABEL_LOSS = 0.01
#: Points between texts that say the same, as in ``nlp.fairness``; a difference that was there before is not held against the
#: correction unless it grows by more than ``MAX_GAP_GROWTH``.
MAX_MEAN_GAP, MAX_SINGLE_GAP, MAX_GAP_GROWTH = 1.0, 5.0, 0.5
#: Readers who ranked fewer of the pairs as the scoring does contradict it: less than chance, by more than chance would explain.
MIN_AGREEMENT = 0.4
#: The share of the project's labelled drafts that may change band, and how far their mean score may move, in points.
MAX_MOVED, MAX_MEAN_MOVE = 0.35, 6.0


def losses(report: Report) -> list[str]:
    """What is beyond a limit, one sentence each; empty if the gate is passed."""
    return [*_agreement(report), *_fairness(report), *_drift(report)]


def contradiction(report: Report) -> float | None:
    """The share of pairs, 0-1, in which the readers preferred the draft that the scoring before ranks lower, if that is most of
    them; otherwise None."""
    share = next((figure.before for figure in report.agreement if figure.name == "pairs"), None)
    return 1 - share if share is not None and share < MIN_AGREEMENT else None


def _agreement(report: Report) -> list[str]:
    found = []
    own = report.own_set
    if own.before - own.after > MAX_OWN_SET_LOSS:
        found.append(
            "It would rank drafts in another order than the readers of the labelled drafts that come with Repute: rank "
            f"correlation with their marks falls from {own.before:.2f} to {own.after:.2f}; a loss of {MAX_OWN_SET_LOSS:.2f} is "
            "allowed."
        )
    found += [
        f"{FIGURES[figure.name]}: worse on labels that were not used for fitting, {figure.before:.2f} before and "
        f"{figure.after:.2f} after."
        for figure in report.agreement
        if figure.before - figure.after > MAX_LABEL_LOSS
    ]
    return found


def _fairness(report: Report) -> list[str]:
    found = []
    for swap in report.fairness:
        for words, before, after, limit in (
            ("on average", swap.mean_before, swap.mean_after, MAX_MEAN_GAP),
            ("at most", swap.worst_before, swap.worst_after, MAX_SINGLE_GAP),
        ):
            if after > limit and after - before > MAX_GAP_GROWTH:
                found.append(
                    f"Texts that say the same, {swap.kind}: scores differ by {after:.1f} points {words}, {before:.1f} before; "
                    f"{limit:.0f} {'is' if limit == 1 else 'are'} allowed."
                )
    return found


def _drift(report: Report) -> list[str]:
    drift, found = report.drift, []
    if drift.moved > MAX_MOVED * drift.drafts:
        found.append(f"{drift.moved} of {drift.drafts} labelled drafts would change band; {MAX_MOVED:.0%} is allowed.")
    if abs(drift.mean_after - drift.mean_before) > MAX_MEAN_MOVE:
        found.append(
            f"The average score would move from {drift.mean_before:.1f} to {drift.mean_after:.1f}; {MAX_MEAN_MOVE:.0f} points "
            "are allowed."
        )
    return found
