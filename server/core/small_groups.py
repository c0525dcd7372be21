"""The smallest group of people for which a figure may be shown."""

from __future__ import annotations

#: For fewer people no average or count is shown, and in team-only mode no total: individuals could be identified.
MIN_GROUP_SIZE = 5
