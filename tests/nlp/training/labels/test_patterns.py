"""The rules on stock phrasing, on drafts that judges call strong."""

from nlp.training import labels
from tests.nlp.rules.packaged_findings import ON_PATTERNS, findings_of

#: The mark of the whole from which judges call a draft strong.
STRONG = 68
MAX_FALSE_ALARMS = 4


def test_strong_drafts_of_the_feed_hardly_ever_have_findings():
    strong = [draft for draft in labels.drafts("feed") if not draft.is_held_out and (draft.mark(labels.WHOLE) or 0) >= STRONG]
    assert len(strong) >= 200
    assert sum(bool(findings_of(draft.text, draft.surface, only=ON_PATTERNS)) for draft in strong) <= MAX_FALSE_ALARMS
