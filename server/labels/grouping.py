"""Groups that have a text in common are one: neither of them may be fitted on while the other checks the fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def unite_groups(items: Iterable[Sequence[str]]) -> dict[str, str]:
    """``items``: the groups of the texts of each item. Each group to the first, in alphabetical order, of those that are linked
    to it through items."""
    parent: dict[str, str] = {}

    def find(group: str) -> str:
        root = parent.setdefault(group, group)
        while parent[root] != root:
            root = parent[root]
        while parent[group] != root:
            parent[group], group = root, parent[group]
        return root

    for groups in items:
        for group in groups:
            first, other = sorted((find(groups[0]), find(group)))
            parent[other] = first
    return {group: find(group) for group in parent}
