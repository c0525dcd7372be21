"""The smallest group of people that a number may be about."""

from __future__ import annotations

#: No average, no count and, in team-only mode, no total over fewer people: they could be identified.
MIN_GROUP_SIZE = 5
