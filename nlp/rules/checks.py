"""Named checks: what a pattern cannot say. Each takes a reading and its surface and yields matches; message, evidence and
points stand in the rule's file like everybody else's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import re2

from nlp import surfaces
from nlp.language import lexicon
from nlp.language.lexicon import stem
from nlp.measures import audience, hook, specificity, story
from nlp.model import Span, Surface
from nlp.rules.match import Match

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.types import Word

# The long alternations run on RE2: over a whole draft it is several times as fast as ``re``.
Check = Callable[["Reading", Surface], Iterator[Match]]

#: From here on a sentence is hard to follow on a telephone (about four lines).
LONG_SENTENCE_WORDS = 32
#: The folds are estimates: a sentence that runs on a little behind one is let pass.
FOLD_TOLERANCE = 20
#: A block of this many characters fills a telephone's screen.
WALL_CHARACTERS = 600
#: Fewer words than this do not show whom a text is about.
FEWEST_FOR_WHOM = 40
FEWEST_OF_COMPANY = 2
FEWEST_FOR_OPENING = 25
FEWEST_FOR_SPECIFICS = 50
#: So many words of us for one of the reader turn a post into a notice about us.
US_PER_READER = 3
MOST_MENTIONS = 5
MOST_HASHTAGS = 5
MOST_EMOJI = 6
MOST_QUESTIONS = 3
SHOUTED_WORDS = 2
SHORT_COMMENT_WORDS = 12
FEW_WORDS_FOR_A_LINK = 6

_CALL_TO_BUY = re2.compile(
    r"(?i)\b(?:book (?:a|your) (?:free )?(?:demo|call|meeting|consultation|slot)|schedule (?:a|your) (?:demo|call)"
    r"|sign up (?:now|today|here|at)"
    r"|(?:dm|message|ping) (?:me|us) (?:for|to|if|and|today|now)|buy now|order now|get started today|start your free trial"
    r"|(?:claim|get|grab) your (?:free|copy|discount|spot)|limited[- ]time offer|contact us (?:today|now)|visit our website"
    r"|reach out (?:to (?:me|us) )?(?:today|now)|request a demo|free demo|call (?:me|us) (?:today|now))\b"
)
#: In somebody else's thread this is a pitch already.
_SELLS = re2.compile(
    r"(?i)\b(?:(?:check out|try|look at|see) (?:our|my)|(?:our|my) (?:tool|platform|product|software|app|solution|team) "
    r"(?:does|solves|handles|can|helps|fixes)|we (?:solve|fix|offer) (?:exactly )?this)\b"
)
#: Behind empty praise these say what the praise was for.
_OFFERS = re.compile(
    r"\b(?:we (?:offer|provide|sell|help|speciali[sz]e)|our (?:platform|product|services?|solutions?|tool|software|app|company)"
    r"|free (?:consultation|demo|trial|quote)|contact (?:us|me)|book a (?:call|demo|meeting)|dm me)\b",
    re.IGNORECASE,
)
_PROMOTES = re2.compile(
    r"\b(?:[Cc]heck out|[Tt]ry(?: out)?|Get|[Ss]witch to|[Ss]ign up for|[Tt]ake a look at|Love"
    r"|[Ss]wear by)\s+"
    r"[A-Z][\w.-]+(?: [A-Z][\w.-]+)?|\b[Uu]se (?:my|the|this) (?:discount |promo |referral )?code\b"
)
_PRODUCT = re2.compile(
    r"(?i)\b(?:platform|software|app|tool|crm|suite|subscription|product|solution|plugin|service|dashboard|trial|discount|saas)\b"
)
_DISCLOSED = re.compile(
    r"\b(?:we|our|ours|us|we're|we've|my (?:company|employer|team|firm|startup|colleagues?)|i (?:work|sell)"
    r"|i'm (?:at|with|on the)|i (?:lead|run|manage|joined|built|founded)|employee|disclosure|sponsored|affiliate"
    r"|paid partnership)\b|\bad:|#ad\b",
    re.IGNORECASE,
)
_PERCENT_CLAIM = re2.compile(
    r"(?i)\b\d+(?:\.\d+)?\s?(?:%|percent|per cent)\s+(?:of\s+)?(?:all\s+)?(?:the\s+)?(?:b2b\s+)?"
    r"(?:buyers|customers|companies|businesses|people|sellers|reps|salespeople|leaders|marketers|executives|decision[- ]makers"
    r"|consumers|organi[sz]ations|teams|managers|deals|sales|emails|calls|leads|employees|users|professionals|startups)\b"
    r"|\b\d+\s?(?:%|percent|per cent) (?:through|of the way|more likely|less likely)\b"
)
_OWN_COUNT = re.compile(r"\b(?:our|my|we|i|us|me)\b", re.IGNORECASE)
_SOURCE = re.compile(
    r"\b(?:according to|source|survey(?:ed)?|stud(?:y|ies)|report(?:ed|s)?|research (?:by|from)|data from|published|found that"
    r"|gartner|forrester|mckinsey|linkedin's|hubspot|analy[sz]ed|we asked|counted|interviewed)\b",
    re.IGNORECASE,
)
_PRAISE = re.compile(
    r"(?:wow\b(?! .*\bnever)|yes[!,. ]*$|this[!. ]*$"
    r"|this is (?:so |just |pure )?(?:great|good|true|gold|perfect|amazing|awesome|brilliant|spot on|everything|it|excellent"
    r"|fantastic|wonderful|beautiful)\b"
    r"|100 ?%|so (?:true|good|much this)"
    r"|(?:what (?:a|an) )?(?:nice|good) (?:one|post|point|read|stuff|share|work|job|insights?|analogy|idea|thoughts?|tips?)\b"
    r"|what (?:a|an) (?:nice|good)\b"
    r"|(?:what (?:a|an) )?(?:great|awesome|amazing|fantastic|excellent|brilliant|insightful|interesting|inspiring|wonderful"
    r"|super|love(?:ly)?|well (?:said|put|done)|spot on|totally|completely|couldn't agree more|absolutely|agreed?|exactly"
    r"|congrat\w*"
    r"|thanks? (?:you )?(?:so much )?for sharing|i (?:totally |completely |really )?(?:agree|love this)|true|facts|preach|amen"
    r"|kudos|bravo|way to go|keep it up)\b)",
    re.IGNORECASE,
)
#: What a company says of itself when it opens with "we": not what it did, saw or got wrong.
_OF_US = re.compile(
    r"we(?:'re|'ve| are| have| just| also| recently| at [A-Z]\w+)*[, ]+(?:so |very |really |now |currently )*"
    r"(?:hiring|recruit\w*|thrilled|excited|proud|pleased|happy|delighted|honou?red|launch\w*|announc\w*|offer\w*|provid\w*|help\w*"
    r"|speciali[sz]\w+|deliver\w*|believ\w*|won\b|celebrat\w*|opened|opening|expand\w*|partner\w*|empower\w*|exist\b|pride"
    r"|the leading|a leading|looking for)",
    re.IGNORECASE,
)
#: An advertisement or an invitation needs no scene.
_INVITATION = re.compile(
    r"\b(?:(?:we're|we are|is|are|i'm|now) (?:now )?(?:hiring|recruiting)|apply (?:at|here|now|by|via|below)|vacanc(?:y|ies)"
    r"|register|webinar|booth|stand \d+|come and see us|join us (?:on|at|for|in))\b",
    re.IGNORECASE,
)
#: A customer says "we" as often: only these tell that the writer's own company is meant.
_OUR_COMPANY = re.compile(
    r"\b(?:our|we(?:'re| are) (?:a|an|the)) (?:[a-z-]+ ){0,2}(?:company|team|platform|solutions?|products?|tools?|software"
    r"|technolog(?:y|ies)|services?|clients?|customers?|founders?|offices?|mission|vision|values|growth|journey|chapter|launch|people"
    r"|culture|brand|business|experts?|partners?|factory|plant|family|release|app|roadmap|award)\b",
    re.IGNORECASE,
)
_OTHERS = frozenset(
    {
        "he",
        "she",
        "they",
        "him",
        "her",
        "his",
        "hers",
        "them",
        "their",
        "customer",
        "customers",
        "buyer",
        "buyers",
        "client",
        "clients",
    }
)
_CAPS = re.compile(r"\b[A-Z][A-Z']{3,}\b(?:[ ,]+\b[A-Z][A-Z']+\b)*")
_INVITES = re.compile(r"\b(?:tell me|curious (?:how|what|whether|if)|i'd love to (?:hear|know)|let me know)\b", re.IGNORECASE)
_STOCK_QUESTION = re.compile(
    r"(?:(?:so|and|but)[, ]+)?(?:(?:your |any )?thoughts(?: on this)?|agreed?|agree or disagree"
    r"|what do you (?:all |guys )?think"
    r"|what are your thoughts|who's with me|am i right|right|do you agree|don't you think|who agrees|who else|sound familiar"
    r"|makes sense|what say you|can anyone relate|anyone else)\s*\?+",
    re.IGNORECASE,
)
_FAKE_LETTER = "\U0001d400-\U0001d7ff\u24b6-\u24e9\uff21-\uff3a\uff41-\uff5a"
_FAKE_LETTERS = re.compile(rf"[{_FAKE_LETTER}](?:[{_FAKE_LETTER} ’'-]*[{_FAKE_LETTER}])+")
#: Well-known tags whose words run together; a screen reader speaks them apart only with capitals.
_CAMEL = {
    name.lower(): name
    for name in [
        *("AccountBasedMarketing", "ArtificialIntelligence", "B2BMarketing", "B2BSales", "BusinessDevelopment", "ColdCalling"),
        *("ContentMarketing", "CustomerExperience", "CustomerSuccess", "DigitalMarketing", "DigitalTransformation"),
        *("FutureOfWork", "LeadGeneration", "LinkedInTips", "MachineLearning", "PersonalBranding", "ProjectManagement"),
        *("RevenueOperations", "SalesDevelopment", "SalesEnablement", "SalesLeadership", "SalesManagement", "SalesStrategy"),
        *("SalesTips", "SalesTraining", "SmallBusiness", "SocialSelling", "SupplyChain", "ThoughtLeadership", "WomenInSales"),
    ]
}


def over_the_limit(reading: Reading, surface: Surface) -> Iterator[Match]:
    at = surfaces.overflow(surface, reading.views.raw)
    if at is not None and at < len(reading.views.raw):
        length = surfaces.measure(surface, reading.views.raw)
        yield Match(Span(at, len(reading.views.raw)), words=(str(length.used - length.limit),))


def comment_length(reading: Reading, surface: Surface) -> Iterator[Match]:
    length = surfaces.measure(surface, reading.views.raw)
    if length.used > length.limit:
        yield Match(None, words=(str(length.limit),))


def point_below_the_fold(reading: Reading, surface: Surface) -> Iterator[Match]:
    """The first sentence is still running where a telephone cuts the text."""
    folds = [fold.offset for fold in surfaces.measure(surface, reading.views.raw).folds if fold.offset is not None]
    if folds and reading.prose_sentences and reading.prose_sentences[0].end > min(folds) + FOLD_TOLERANCE:
        yield Match(reading.prose_sentences[0])


def flat_opening(reading: Reading, surface: Surface) -> Iterator[Match]:
    """A post whose first sentence holds no figure, no name, no event, no problem and not the reader."""
    if len(reading.words) < FEWEST_FOR_OPENING:
        return
    first = reading.words_by_sentence[0]
    if any(word.lower == "question" for word in first):
        return
    measured = [hook.opening_substance(reading, surface), hook.opening_about_reader(reading, surface)]
    if not measured[0].value and measured[1].value <= 0 and not any(stem(word) in lexicon.WE for word in first):
        yield Match(Span(first[0].start, first[-1].end))


def no_specifics(reading: Reading, surface: Surface) -> Iterator[Match]:
    """A post of some length without one figure, name or date."""
    told = reading.scored
    if len(told.words) >= FEWEST_FOR_SPECIFICS and not (
        specificity.numbers(told, surface).value or specificity.names(told, surface).value or told.entities
    ):
        yield Match(None)


def opens_with_us(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """The first sentence begins with us or our company, holds no figure, and nobody else is in it."""
    if len(reading.prose_sentences) < 2:
        return
    first, sentence = reading.words_by_sentence[0], reading.prose_sentences[0]
    if stem(first[0]) not in ("we", "our") or sentence.start != first[0].start:
        return
    if stem(first[0]) == "we" and not _OF_US.match(sentence.of(reading.views.normalized)):
        return
    concrete = any(sentence.start <= number.start < sentence.end for number in reading.numbers)
    if not concrete and not (
        audience.reader_words(first) or any(stem(word) in lexicon.YOU or word.lower in lexicon.PROBLEMS for word in first)
    ):
        yield Match(Span(first[0].start, first[min(3, len(first) - 1)].end))


def mostly_about_us(reading: Reading, _surface: Surface) -> Iterator[Match]:
    us = len(reading.find_stems(lexicon.WE))
    reader = len(reading.find_stems(lexicon.YOU)) + reading.sum_lines(audience.count_reader_words)
    # A story of what happened to somebody else is not about us, whoever tells it.
    others = sum(word.stem in _OTHERS for word in reading.words)
    if len(reading.words) < FEWEST_FOR_WHOM or us < 4 or us <= US_PER_READER * max(1, reader) or us <= others:
        return
    if len(_OUR_COMPANY.findall(reading.views.normalized)) >= FEWEST_OF_COMPANY:
        yield Match(None, words=(str(us), str(reader)))


def long_sentence(reading: Reading, _surface: Surface) -> Iterator[Match]:
    for sentence in reading.words_by_sentence:
        if len(sentence) > LONG_SENTENCE_WORDS:
            yield Match(reading.sentence_at(sentence[0].start), words=(str(len(sentence)),))


def wall_of_text(reading: Reading, _surface: Surface) -> Iterator[Match]:
    for block in reading.lines:
        if block.end - block.start > WALL_CHARACTERS:
            yield Match(block)


def no_scene(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """A long post without a moment in it: no past event that somebody lived, nothing dated."""
    words = reading.words
    if (
        len(words) < 80
        or _INVITATION.search(reading.views.normalized)
        or reading.prose_sentences[0].of(reading.views.normalized).rstrip().endswith("?")
    ):
        return
    events = len(reading.find_in_lines(story.past_forms))
    people = reading.find_stems(lexicon.ME) or any(word.stem in ("he", "she") for word in words)
    if events < 3 or (not people and not reading.find_words(lexicon.TIMES)):
        yield Match(None)


def empty_question(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """A closing question that asks for nothing in particular, such as "Thoughts?"."""
    for span in reading.prose_sentences[-3:]:
        asked = span.of(reading.views.normalized).rstrip()
        while asked and not asked[-1].isalnum() and asked[-1] != "?":
            # Emoji and arrows behind the question.
            asked = asked[:-1]
        # In the middle, "Right?" asks nobody anything.
        closes = span == reading.prose_sentences[-1] or not asked.lower().startswith(("right", "agreed", "makes sense"))
        if closes and _STOCK_QUESTION.fullmatch(asked):
            yield Match(Span(span.start, span.start + len(asked)))


def no_question(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """A finished post that gives the reader nothing to answer."""
    if len(reading.words) < FEWEST_FOR_WHOM or not reading.prose_sentences:
        return
    last = reading.prose_sentences[-1]
    finished = last.of(reading.views.raw)[-1:] in tuple(".!?…\"”')")
    if finished and "?" not in reading.views.prose and not _INVITES.search(last.of(reading.views.normalized)):
        yield Match(None)


def stacked_questions(reading: Reading, _surface: Surface) -> Iterator[Match]:
    asked = [span for span in reading.prose_sentences if span.of(reading.views.normalized).rstrip("\"' ").endswith("?")]
    if len(asked) > MOST_QUESTIONS:
        yield Match(asked[MOST_QUESTIONS], words=(str(len(asked)),))


def empty_praise(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """A short comment that praises and adds nothing of its own, or praise that only leads to a pitch. Praise said again is no
    longer comment."""
    reading = reading.scored
    words = reading.words
    if not words:
        return
    first = reading.words_by_sentence[0]
    offers = not reading.numbers and _OFFERS.search(reading.views.prose[first[-1].end :]) is not None
    praise = first if offers else words
    if len(praise) > SHORT_COMMENT_WORDS or not _only_praises(praise, reading):
        return
    if offers or not (reading.numbers or reading.links or "?" in reading.views.prose):
        yield Match(Span(praise[0].start, praise[-1].end))


def _only_praises(words: Sequence[Word], reading: Reading) -> bool:
    return bool(_PRAISE.match(reading.views.normalized[words[0].start :])) and not any(
        stem(word) in ("because", "but", "if", "when", "my", "our") or word.start in reading.event_starts for word in words
    )


def early_pitch(reading: Reading, surface: Surface) -> Iterator[Match]:
    """A call to buy before the reader got anything: in the first half of a post, anywhere in a reply."""
    answering = surface in ("linkedin-comment", "x-reply")
    half = len(reading.views.prose) // 2
    for found in _CALL_TO_BUY.finditer(reading.views.prose):
        if answering or (found.start() < half and len(reading.words) >= 20):
            yield Match(Span(*found.span()))
    if answering:
        yield from (Match(Span(*found.span())) for found in _SELLS.finditer(reading.views.prose))


def undisclosed_promotion(reading: Reading, _surface: Surface) -> Iterator[Match]:
    found = _PROMOTES.search(reading.views.prose)
    if found and _PRODUCT.search(reading.views.prose) and not _DISCLOSED.search(reading.views.normalized):
        yield Match(Span(*found.span()))


def number_without_source(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """A share of the world with nothing near it that says where it comes from."""
    if reading.links:
        return
    for found in _PERCENT_CLAIM.finditer(reading.views.prose):
        if reading.views.prose[: found.start()].lower().endswith("top "):
            continue
        sentence = reading.sentence_at(found.start())
        around = reading.views.prose[max(0, sentence.start - 160) : sentence.end + 160]
        if not _SOURCE.search(around) and not _OWN_COUNT.search(sentence.of(reading.views.prose)):
            yield Match(Span(*found.span()))


def many_hashtags(reading: Reading, _surface: Surface) -> Iterator[Match]:
    tags = reading.hashtags
    if len(tags) > MOST_HASHTAGS:
        together = reading.views.raw[tags[MOST_HASHTAGS - 1].end : tags[-1].end]
        alone = not re.sub(r"[#＃]\w+|\s", "", together)
        span = Span(tags[MOST_HASHTAGS - 1].end, tags[-1].end) if alone else tags[MOST_HASHTAGS]
        yield Match(span, ("",) if alone else (), (str(len(tags)),))


def hashtag_case(reading: Reading, _surface: Surface) -> Iterator[Match]:
    for tag in reading.hashtags:
        name = tag.of(reading.views.raw)[1:]
        if name.islower() and name in _CAMEL:
            yield Match(tag, ("#" + _CAMEL[name],))


def many_mentions(reading: Reading, _surface: Surface) -> Iterator[Match]:
    names = reading.mentions
    if len(names) > MOST_MENTIONS:
        yield Match(names[MOST_MENTIONS], words=(str(len(names)),))


def many_emoji(reading: Reading, _surface: Surface) -> Iterator[Match]:
    if len(reading.emoji) > max(MOST_EMOJI, len(reading.words) // 15):
        yield Match(reading.emoji[MOST_EMOJI], words=(str(len(reading.emoji)),))


def pseudo_letters(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """Mathematical and enclosed letters posing as bold or italic."""
    for found in _FAKE_LETTERS.finditer(reading.views.raw):
        yield Match(Span(*found.span()), (unicodedata.normalize("NFKC", found.group()),))


def all_caps(reading: Reading, _surface: Surface) -> Iterator[Match]:
    """Two or more words of four letters and more in capitals, in a row."""
    for found in _CAPS.finditer(reading.views.prose):
        words = re.findall(r"[A-Z']+", found.group())
        if sum(len(word) > 3 for word in words) >= SHOUTED_WORDS:
            start = found.start()
            calm = found.group().lower()
            if any(sentence.start == start for sentence in reading.sentences):
                calm = calm[0].upper() + calm[1:]
            yield Match(Span(*found.span()), (re.sub(r"\bi\b", "I", calm),))


def bare_link(reading: Reading, _surface: Surface) -> Iterator[Match]:
    if reading.links and len(reading.words) < FEW_WORDS_FOR_A_LINK:
        yield Match(reading.links[0])


CHECKS: Mapping[str, Check] = {
    check.__name__.replace("_", "-"): check
    for check in (
        flat_opening,
        no_specifics,
        over_the_limit,
        comment_length,
        point_below_the_fold,
        opens_with_us,
        mostly_about_us,
        long_sentence,
        wall_of_text,
        no_scene,
        empty_question,
        no_question,
        stacked_questions,
        empty_praise,
        early_pitch,
        undisclosed_promotion,
        number_without_source,
        many_hashtags,
        hashtag_case,
        many_mentions,
        many_emoji,
        pseudo_letters,
        all_caps,
        bare_link,
    )
}
