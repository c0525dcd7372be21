"""Checks of questions, praise and sales pitches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import re2

from nlp.language.lexicon import stem
from nlp.model import Span, Surface
from nlp.rules.rule import Match

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.types import Word

MAX_QUESTIONS = 3
#: Words of a short answer to one's own question.
MAX_ANSWER_WORDS = 3
#: A longer text says something besides the praise.
MAX_PRAISE_WORDS = 12
#: Words a post needs before a call to buy in its first half counts as early.
MIN_WORDS_PITCH = 20
# Long alternations run on RE2: over a whole draft it is several times as fast as ``re``.
_CALL_TO_BUY = re2.compile(
    r"(?i)\b(?:book (?:a|your) (?:free )?(?:demo|call|meeting|consultation|slot)|schedule (?:a|your) (?:demo|call)"
    r"|sign up (?:now|today|here|at)"
    r"|(?:dm|message|ping) (?:me|us) (?:for|to|if|and|today|now)|buy now|order now|get started today|start your free trial"
    r"|(?:claim|get|grab) your (?:free|copy|discount|spot)|limited[- ]time offer|contact us (?:today|now)|visit our website"
    r"|reach out (?:to (?:me|us) )?(?:today|now)|request a demo|free demo|call (?:me|us) (?:today|now))\b"
)
#: Phrases that are a sales pitch in somebody else's thread.
_SELLS = re2.compile(
    r"(?i)\b(?:(?:check out|try|look at|see) (?:our|my)|(?:our|my) (?:tool|platform|product|software|app|solution|team) "
    r"(?:does|solves|handles|can|helps|fixes)|we (?:solve|fix|offer) (?:exactly )?this)\b"
)
#: Phrases that show that empty praise only leads to a sales pitch.
_OFFERS = re.compile(
    r"\b(?:we (?:offer|provide|sell|help|speciali[sz]e)|our (?:platform|product|services?|solutions?|tool|software|app|company)"
    r"|free (?:consultation|demo|trial|quote)|contact (?:us|me)|book a (?:call|demo|meeting)|dm me)\b",
    re.IGNORECASE,
)
_PROMOTES = re2.compile(
    r"\b(?:[Cc]heck out|[Tt]ry(?: out)?|[Ss]witch to|[Ss]ign up for|[Tt]ake a look at|[Ss]wear by)\s+"
    r"[A-Z][\w.-]+(?: [A-Z][\w.-]+)?|\b[Uu]se (?:my|the|this) (?:discount |promo |referral )?code\b"
)
_PRODUCT = re2.compile(
    r"(?i)\b(?:platform|software|app|tool|crm|suite|subscription|product|solution|plugin|service|dashboard|trial|discount|saas)\b"
)
#: What advertisements say and recommendations among colleagues do not.
_ADVERTISES = re2.compile(
    r"(?i)\b(?:free (?:trial|demo|month|plan|account)|discount|promo|code|coupon|\d+ ?% off|sale|limited|sign up"
    r"|(?:book|request) a demo"
    r"|(?:the )?best (?:[a-z]+ ){0,2}(?:tool|app|platform|software|crm|solution|product|service|on the market|out there)|#1"
    r"|number one|game[- ]?changer|must[- ]have|all[- ]in[- ]one|you(?:'ll| will) (?:love|thank)|buy now|order now"
    r"|get started)\b"
)
_DISCLOSED = re.compile(
    r"\b(?:we|our|ours|us|we're|we've|my (?:company|employer|team|firm|startup|colleagues?)|i (?:work|sell)"
    r"|i'm (?:at|with|on the)|i (?:lead|run|manage|joined|built|founded)|employee|disclosure|sponsored|affiliate"
    r"|paid partnership|(?:not|isn't|no) (?:sponsored|paid|affiliat\w+|an ad)|(?:i|we) (?:pay|paid) for"
    r"|(?:happy|paying) (?:customer|user))\b"
    r"|\bad:|#ad\b",
    re.IGNORECASE,
)
_PRAISE = re.compile(
    r"(?:wow\b(?! .*\bnever)|yes[!,. ]*$|this[!. ]*$"
    r"|this is (?:so |just |pure )?(?:great|good|true|gold|perfect|amazing|awesome|brilliant|spot on|everything|it|excellent"
    r"|fantastic|wonderful|beautiful)\b"
    r"|100 ?%|so (?:true|good|much this)"
    r"|(?:what (?:a|an) )?(?:very |really )?(?:nice|good) (?:article|one|post|point|read|stuff|share"
    r"|work|job|insights?|analogy|idea|thoughts?|tips?)\b"
    r"|what (?:a|an) (?:nice|good)\b"
    r"|(?:what (?:a|an) )?(?:great|awesome|amazing|fantastic|excellent|brilliant|insightful|interesting|inspiring|wonderful"
    r"|super|love(?:ly)?|well (?:said|put|done)|spot on|totally|completely|couldn't agree more|absolutely|agreed?|exactly"
    r"|congrat\w*"
    r"|thanks? (?:you )?(?:so much )?for sharing|i (?:totally |completely |really )?(?:agree|love this)|true|facts|preach|amen"
    r"|kudos|bravo|way to go|keep it up)\b)",
    re.IGNORECASE,
)
_WELL_SAID = re.compile(r"\bwell (said|put|done|written)\b", re.IGNORECASE)
_NUMBERED = re.compile(r"\s*(?:\d+\s*[.):]|\d\ufe0f?\u20e3)")
_STOCK_QUESTION = re.compile(
    r"(?:(?:so|and|but)[, ]+)?(?:(?:your |any )?thoughts(?: on this)?|agreed?|agree or disagree"
    r"|what do you (?:all |guys )?think"
    r"|what are your thoughts|who's with me|am i right|right|do you agree(?: with (?:me|this|that))?"
    r"|don't you think|who agrees|who else|sound familiar"
    r"|makes sense|what say you|can anyone relate|anyone else)\s*\?+",
    re.IGNORECASE,
)


#: Invitations that ask for as little as a stock question.
_STOCK_INVITATION = re.compile(
    r"(?:(?:i|we)(?:'d| would)? |would )?(?:love|like|curious|keen|happy|eager) to hear "
    r"(?:(?:all )?your (?:thoughts|opinions?|views?|takes?|feedback)|what you (?:all )?think)"
    r"(?: (?:on|about) (?:this|it))?(?: (?:in the comments(?: below)?|below))?\s*[.!]*"
    r"|(?:please |do |feel free to )?(?:share|drop|leave|let me know|let us know|tell me|tell us) "
    r"(?:your (?:thoughts|opinions?|views?|takes?)|what you (?:all )?think)(?: (?:on|about) (?:this|it))?"
    r"(?: (?:in the comments(?: below)?|below))?\s*[.!]*",
    re.IGNORECASE,
)


def empty_question(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """A closing question that asks for nothing in particular, such as "Thoughts?", or an invitation that does."""
    for span in reading.prose_sentences[-3:]:
        question = span.of(reading.views.normalized).rstrip()
        while question and not question[-1].isalnum() and question[-1] != "?":
            # Ignore emoji and arrows after the question.
            question = question[:-1]
        # In the middle of a text, "Right?" is not a question to the reader.
        is_closing = span == reading.prose_sentences[-1] or not question.lower().startswith(("right", "agreed", "makes sense"))
        is_invitation = _STOCK_INVITATION.fullmatch(question) and not _follows_question(span, reading)
        if is_closing and (_STOCK_QUESTION.fullmatch(question) or is_invitation):
            yield Match(Span(span.start, span.start + len(question)))


def _follows_question(sentence: Span, reading: Reading) -> bool:
    """Whether an invitation asks for answers to the question before it."""
    before = [other for other in reading.prose_sentences if other.end <= sentence.start]
    return bool(before) and _asks(before[-1], reading)


def stacked_questions(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """More questions to the reader than one can answer. Those that the writer answers at once, and items of a numbered list,
    do not count."""
    questions = [
        span
        for number, span in enumerate(reading.prose_sentences)
        if _asks(span, reading)
        and not _NUMBERED.match(span.of(reading.views.normalized))
        and not _is_answer(number + 1, reading)
    ]
    if len(questions) > MAX_QUESTIONS:
        yield Match(questions[MAX_QUESTIONS], words=(str(len(questions)),))


def _is_answer(number: int, reading: Reading) -> bool:
    """Whether sentence ``number`` is a short answer, such as "Absolutely."."""
    sentences = reading.prose_sentences
    return (
        number < len(sentences)
        and len(reading.words_by_sentence[number]) <= MAX_ANSWER_WORDS
        and not _asks(sentences[number], reading)
    )


def _asks(sentence: Span, reading: Reading) -> bool:
    return sentence.of(reading.views.normalized).rstrip("\"' ").endswith("?")


def empty_praise(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """A short comment that praises and adds nothing of its own, or praise that only leads to a sales pitch. Repeated praise
    does not count as length."""
    reading = reading.scored
    words = reading.words
    if not words:
        return
    first = reading.words_by_sentence[0]
    offers = not reading.numbers and _OFFERS.search(reading.views.prose[first[-1].end :]) is not None
    praise = first if offers else words
    if len(praise) > MAX_PRAISE_WORDS or not _only_praises(praise, reading):
        return
    if offers or not (reading.numbers or reading.links or "?" in reading.views.prose):
        yield Match(Span(praise[0].start, praise[-1].end))


def _only_praises(words: Sequence[Word], reading: Reading) -> bool:
    # "Well said" reports nothing.
    events = reading.event_starts - {match.start(1) for match in _WELL_SAID.finditer(reading.views.normalized)}
    return bool(_PRAISE.match(reading.views.normalized[words[0].start :])) and not any(
        stem(word) in ("because", "but", "if", "when", "my", "our") or word.start in events for word in words
    )


def early_pitch(reading: Reading, surface: Surface) -> Iterator[Match]:
    """A call to buy before the reader has got anything useful: in the first half of a post, or anywhere in a reply."""
    is_reply = surface in ("linkedin-comment", "x-reply")
    half = len(reading.views.prose) // 2
    for match in _CALL_TO_BUY.finditer(reading.views.prose):
        if is_reply or (match.start() < half and len(reading.words) >= MIN_WORDS_PITCH):
            yield Match(Span(*match.span()))
    if is_reply:
        yield from (Match(Span(*match.span())) for match in _SELLS.finditer(reading.views.prose))


def undisclosed_promotion(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """A recommendation of a product that sounds like an advertisement and does not say how the writer is connected to it."""
    text = reading.views.prose
    if not _ADVERTISES.search(text) or _DISCLOSED.search(reading.views.normalized):
        return
    for match in _PROMOTES.finditer(text):
        sentence = reading.sentence_at(match.start())
        if match.group().lower().endswith("code") or _PRODUCT.search(sentence.of(text)):
            yield Match(Span(*match.span()))
            return
