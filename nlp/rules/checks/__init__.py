"""Named checks: rules in code, for what a pattern cannot express.

Each check takes a reading and its surface and yields matches. Message, evidence and points are in its rule file, as for any
other rule; the file names the function with hyphens (``check: bare-link``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from nlp.model import Surface
from nlp.rules.checks import conversation, layout, lines, openings, phrasing, replies, safety, substance
from nlp.rules.rule import Match

if TYPE_CHECKING:
    from nlp.language import Reading

Check = Callable[["Reading", Surface], Iterator[Match]]

CHECKS: Mapping[str, Check] = {
    check.__name__.replace("_", "-"): check
    for check in (
        openings.point_below_the_fold,
        openings.flat_opening,
        openings.opens_with_us,
        substance.long_sentence,
        substance.endless_sentence,
        substance.number_without_source,
        conversation.empty_question,
        conversation.stacked_questions,
        conversation.empty_praise,
        conversation.early_pitch,
        conversation.undisclosed_promotion,
        layout.over_the_limit,
        layout.comment_length,
        layout.wall_of_text,
        layout.many_hashtags,
        layout.hashtag_case,
        layout.many_mentions,
        layout.many_emoji,
        layout.exclamation_clutter,
        layout.pseudo_letters,
        layout.all_caps,
        layout.bare_link,
        lines.chopped_lines,
        lines.emoji_bullets,
        lines.many_dashes,
        lines.title_case_opening,
        lines.inline_hashtags,
        phrasing.teasers,
        phrasing.stock_words,
        phrasing.triple_adjectives,
        phrasing.same_openings,
        phrasing.stacked_passives,
        replies.general_agreement,
        replies.link_drop,
        safety.hate,
    )
}
