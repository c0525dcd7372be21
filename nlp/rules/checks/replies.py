"""Checks of how a text answers somebody: agreement in general words, and a link in place of an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import re2

from nlp.language.views import mask_spans
from nlp.model import Span, Surface
from nlp.rules.checks import conversation
from nlp.rules.rule import Match

if TYPE_CHECKING:
    from nlp.language import Reading

#: A longer comment says something besides its agreement.
MAX_AGREEMENT_WORDS = 80
#: Fewer words are left to the check of empty praise.
MIN_AGREEMENT_WORDS = 8
#: Words around a link that say nothing about it.
MIN_DROP_WORDS, MAX_DROP_WORDS = 6, 18
_AGREES = re2.compile(
    r"(?i)^\W*(?:[\w.'-]+ ?,? )?(?:(?:wow|absolutely|totally|exactly|agreed?|so true|well said|spot on|preach"
    r"|100 ?%|amen|congratulations|congrats)\b"
    r"|(?:what )?(?:an? |such an? )?(?:really |very |truly |so )?(?:great|good|nice|excellent|brilliant"
    r"|fantastic|amazing|insightful|powerful|important"
    r"|timely|valuable|inspiring|wonderful|thoughtful|beautiful|interesting|solid|awesome|love(?:ly)?|spot[- ]on) "
    r"(?:[a-z]+ ){0,2}(?:posts?|points?|insights?|reminders?|perspectives?|takes?|reads?|shares?|messages?"
    r"|thoughts?|advice|article"
    r"|breakdown|summary|observations?|words|lessons?|example|analogy|content|takeaways?)"
    r"|(?:i )?(?:couldn't|could not|can't) agree more|(?:i )?(?:totally|completely|fully|really|wholeheartedly"
    r"|strongly)? ?(?:agree|love this|love how)"
    r"|(?:thanks|thank you)(?: so much| for sharing| for this)|this (?:really |truly |perfectly |so "
    r"|definitely |deeply )*(?:highlights|underscores|reminds|shows|captures"
    r"|emphasi[sz]es|reinforces|speaks|resonates|hits|nails|sums)"
    r"|(?:you(?:'ve)? |really |truly |perfectly )*(?:nailed|captured|hit the nail))"
)
#: Words that show or name in general, as comments do that only restate a post.
_RESTATES = re2.compile(
    r"(?i)\b(?:resonates?|(?:highlights?|underscores?|emphasi[sz]es?|reinforces?|captures?|illustrates?"
    r"|reflects?|demonstrates|shows|proves) "
    r"(?:it|this|that|the|an?|how|why|where|what|just)|reminds us|reminder (?:that|of|to)|(?:timely|important"
    r"|powerful|great|gentle|beautiful) "
    r"(?:reminder|reflection|message|perspective|metaphor)|(?:beautifully|perfectly|so well|brilliantly) (?:put"
    r"|said|captured|expressed|articulated)"
    r"|(?:thoughtful|insightful|valuable|fresh) (?:perspective|post|reflection|insights?|take)|(?:isn't|aren't"
    r"|not) (?:just|only|simply)"
    r"|isn't an? |aren't opposites|(?:true|real) (?:differentiators?|value|opportunity|power|test|leadership"
    r"|strength|growth|progress|change|magic)"
    r"|(?:is|are) (?:all|everything) about|the (?:importance|power|value) of|food for thought|at (?:its"
    r"|their) (?:finest|best|core|heart)|here's to)\b"
)
_ABSTRACT = frozenset(
    {
        "alignment", "ambition", "authentic", "authenticity", "change", "clarity", "collaboration", "community",
        "compassion", "connection", "consistency", "courage", "creativity", "crucial", "culture", "dedication", "empathy",
        "empower", "essential", "foundation", "future", "growth", "humility", "impact", "importance", "innovation",
        "inspiration", "inspiring", "integrity", "journey", "key", "landscape", "lasting", "leaders", "leadership",
        "meaningful", "mentorship", "mindset", "opportunity", "ownership", "passion", "patience", "perseverance",
        "persistence", "perspective", "potential", "purpose", "relationships", "resilience", "strategy", "success",
        "sustainable", "teamwork", "transformation", "transparency", "trust", "value", "values", "vision", "wisdom",
    }
)  # fmt: skip
#: General words and phrases that a comment needs to count as general.
MIN_GENERAL = 2
#: What a comment of substance has: the writer's own case, or an objection.
_OWN_WORDS = re2.compile(
    r"(?i)\b(?:i|i'm|i've|i'd|i'll|me|my|mine|we're|we've|we'd|our|us|but (?:i|we|our|in|what|how|who"
    r"|not every)|however|depends|disagree|except"
    r"|unless|for example|for instance|last (?:week|month|year|quarter)|yesterday)\b"
)
_AGREEING = re2.compile(
    r"(?i)\bi (?:totally |completely |fully |really |wholeheartedly |strongly |couldn't |could not |can't "
    r"|absolutely |also |do )*"
    r"(?:agree|love|like|believe|appreciate|enjoyed|think)\b|\b(?:for|reminds|reminding|all of"
    r"|teaches) (?:all of )?us\b"
    r"|\bour (?:industry|community|field|world|time|lives)\b"
)
_DROP = re2.compile(
    r"(?i)\b(?:worth (?:a|the|your|reading) ?(?:read|look|watch|time|click)?|must[- ](?:read|watch|see)"
    r"|(?:great|good|nice|interesting|insightful|excellent|fantastic|amazing"
    r"|useful|fascinating|awesome|brilliant) (?:article|read|piece|post|blog|video|report|podcast|watch"
    r"|insights?|stuff|share|resource|listen|thread)"
    r"|check (?:this|it|them|these|that) out|check out (?:this|our|my|the)|have a look|take a look|read (?:this"
    r"|more|on|the full|our|my)|learn more|find out more|click (?:here|the link)"
    r"|watch (?:this|now)|(?:new|latest) (?:blog|article|post|video|episode)|link (?:below|here)|see (?:more"
    r"|below|link))\b"
)


def general_agreement(reading: Reading, surface: Surface) -> Iterator[Match]:
    """A comment that agrees and repeats in general words: no case, figure, objection or question of the writer's own. Whether
    it repeats the post cannot be known, because the post is not read."""
    words = reading.words
    if not MIN_AGREEMENT_WORDS <= len(words) <= MAX_AGREEMENT_WORDS or any(conversation.empty_praise(reading, surface)):
        return
    # What is quoted is from the post.
    text = mask_spans(reading.views.prose, reading.quotations)
    if reading.links or "?" in text or any(not reading.is_quoted(number) for number in reading.numbers):
        return
    restated = len(_RESTATES.findall(text))
    general = restated + len({word.lower for word in words} & _ABSTRACT)
    if general < MIN_GENERAL or not (restated or _AGREES.search(text)) or _OWN_WORDS.search(_AGREEING.sub(" ", text)):
        return
    yield Match(Span(words[0].start, words[-1].end))


def link_drop(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """A link with a few words that would go with any link."""
    if not reading.links or not MIN_DROP_WORDS <= len(reading.words) <= MAX_DROP_WORDS or reading.numbers:
        return
    text = reading.views.prose
    if _DROP.search(text) and not re.search(r"[\"?:]\s*\w", text):
        yield Match(reading.links[0])
