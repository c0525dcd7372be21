"""The lottery of a trial: a stratified draw from a seed, and the same draw again many times for randomisation inference.

Anybody can repeat a draw, in any language, with the seed and the list of units:

1. Sort the units by stratum, and within a stratum by the SHA-256 (hexadecimal) of ``<seed>:<unit>``.
2. For each wave ``w`` but the last, ``u`` is the SHA-256 of ``<seed>:wave <w>`` as an integer, divided by 2^256, and
   ``share`` the wave's percent divided by the percent of this wave and all later ones.
3. Of the units that are left, in this order, the one at position ``i`` (from 0) starts in wave ``w`` if
   ``floor((i + 1) * share + u) > floor(i * share + u)``. The last wave gets what is left after all others.

Picking at even distances with a random offset (systematic sampling) gives every unit exactly the planned probability of each
wave, and every stratum its share, rounded up or down. ``python -m server.trials.verify`` does the same from a
trial's report."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

#: Size of SHA-256's range.
_RANGE = 1 << 256
#: Numbers that are drawn at once, so that many people do not need much memory.
_BLOCK = 4_000_000


def commitment(seed: str) -> str:
    """What is published before the draw: nobody can exchange the seed afterwards."""
    return hashlib.sha256(seed.encode()).hexdigest()


def draw(seed: str, strata: Mapping[int, str], percents: Sequence[int]) -> dict[int, int]:
    """The wave of each unit, from 1. ``strata``: by unit. ``percents``: of the units that start in each wave, adding up to
    100."""
    left = sorted(strata, key=lambda unit: (strata[unit], _sha256(f"{seed}:{unit}")))
    waves: dict[int, int] = {}
    for wave, percent in enumerate(percents[:-1], start=1):
        offset = int(_sha256(f"{seed}:wave {wave}"), 16)
        picked = _every(len(left), percent, sum(percents[wave - 1 :]), offset)
        waves |= {unit: wave for unit, is_picked in zip(left, picked, strict=True) if is_picked}
        left = [unit for unit, is_picked in zip(left, picked, strict=True) if not is_picked]
    return waves | dict.fromkeys(left, len(percents))


def _every(count: int, share: int, whole: int, offset: int) -> list[bool]:
    """Step 3 in whole numbers, so that it does not depend on how a machine rounds."""
    passed = [(position * share * _RANGE + offset * whole) // (whole * _RANGE) for position in range(count + 1)]
    return [after > before for before, after in pairwise(passed)]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def redraw(
    generator: np.random.Generator, strata: NDArray[np.integer], percents: Sequence[int], *, draws: int
) -> NDArray[np.int8]:
    """``draws`` independent lotteries with the distribution of ``draw``: the waves, draws by units. ``strata``: numbers from
    0, by unit."""
    block = max(1, _BLOCK // max(1, len(strata)))
    return np.concatenate([
        _redraw(generator, strata, percents, draws=min(block, draws - start)) for start in range(0, draws, block)
    ])  # fmt: skip


def _redraw(
    generator: np.random.Generator, strata: NDArray[np.integer], percents: Sequence[int], *, draws: int
) -> NDArray[np.int8]:
    units = len(strata)
    rows = np.arange(draws)[:, None]
    order = np.argsort(strata + generator.random((draws, units)), axis=1)
    waves = np.full((draws, units), len(percents), np.int8)
    is_left = np.ones((draws, units), bool)
    for wave, percent in enumerate(percents[:-1], start=1):
        share = percent / sum(percents[wave - 1 :])
        passed = np.cumsum(is_left, axis=1)
        offset = generator.random((draws, 1))
        picked = is_left & (np.floor(passed * share + offset) > np.floor((passed - 1) * share + offset))
        waves[picked] = wave
        is_left &= ~picked
    in_order = np.empty_like(waves)
    in_order[rows, order] = waves
    return in_order


def count_outcomes(strata: Mapping[int, str], percents: Sequence[int], *, at_most: int) -> int:
    """A lower bound of how many outcomes the lottery has, or ``at_most`` if there are more. With fewer than 40, no result
    could have a two-sided p-value below 0.05."""
    found = 1
    for stratum in set(strata.values()):
        left = sum(1 for name in strata.values() if name == stratum)
        for wave, percent in enumerate(percents[:-1]):
            picked = left * percent // sum(percents[wave:])
            for step in range(picked):
                found = found * (left - step) // (step + 1) if found < at_most else found
            left -= picked
    return min(found, at_most)
