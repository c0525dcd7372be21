"""Below which limits no number is shown, and other choices of the model. What has no source is a judgement, and says so."""

from __future__ import annotations

#: Weeks from the social work to the outcome, if nobody chooses: long enough for a conversation to become a meeting, and short
#: enough to leave most weeks. A judgement, made before any number is seen.
DEFAULT_LAG = 2
MIN_LAG, MAX_LAG = 1, 8
#: Below either, no number (S6, S5: errors clustered by few units are too small).
MIN_REPS, MIN_WEEKS = 20, 12
#: From here on, smaller effects are visible, too.
MANY_REPS = 101
#: About the fewest rows for such a model (S2).
MIN_ROWS = 200
#: Under this many people, not even their number is shown (C16).
MIN_PEOPLE = 5
#: If even an effect of this size for one more item a week could hide in the data, they cannot tell. A judgement: vendors claim
#: about half more sales for their best users, not for one post.
LARGEST_PLAUSIBLE = 0.5
#: Up to so many clusters, the model is fitted again without each; of more, without those that matter most.
MAX_REFITS = 100
REFITS_AT_EACH_END = 5
#: The negative binomial has a dummy for each rep and week, so that of more reps only so many are drawn.
MAX_CROSS_CHECK_REPS = 80
#: A control that was recorded in fewer of the rows than this is left out; otherwise the rows without it are. A judgement.
MIN_RECORDED = 0.9
