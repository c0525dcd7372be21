"""Where in a draft each lever applies, and in which variant of its words (``texts.yml``). A lever that does not apply is not
advised: nothing is asked for that is there already, and nothing is quoted that is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nlp.advice import phrases
from nlp.advice.details import abbreviations, missing_facts, tells_case
from nlp.advice.material import UPCOMING
from nlp.model import Span

if TYPE_CHECKING:
    from nlp.advice.material import Material


def _rules(*names: str) -> frozenset[str]:
    return frozenset(f"Repute.{name}" for name in names)


_HYPE = _rules(
    "Hype", "Buzzwords", "Elation", "Overclaim", "HumbleBrag", "EmptyIntensifier", "EmptyPraiseWords", "ServicePitch"
)  # fmt: skip
_BORROWED = _rules("Cliches", "RhetoricalOpener", "FlatOpening", "EmailOpener")
#: Turns of phrase that could stand in anybody's text.
_STOCK = _BORROWED | _rules(
    "ContrastFormula", "Teasers", "Catchphrases", "LoftyPhrases", "OfficeSpeak", "StockWords", "TripleAdjectives"
)
#: From this genericness, 0-100, and so many turns on, a draft is told to keep one and to say something of its own.
MIN_GENERIC, MIN_STOCK = 35, 3
_BAIT = _rules("ReactionBait", "FollowBait", "CuriosityBait", "EmptyQuestion", "FalseScarcity")
_PITCH = _rules("PrivateOffer", "ServicePitch", "EarlyPitch", "EmptyInvite")
_UNDISCLOSED = _rules("UndisclosedPromotion")
_INSULTS = _rules("Rudeness", "PutDown", "Offence")
_SELLS = frozenset({"pitch", "link"})
_CLAIM = _rules("NumberWithoutSource", "UnnamedStudy", "Overclaim", "VagueResult")
#: Above this mark, 0-100, a dimension is as good as in a model answer, and its levers are not advised.
MODEL_MARK = 80
#: Hashtags, emoji or mentions; words of a post, of a paragraph and of a sentence.
MAX_OF_A_SORT, MAX_POST_WORDS, MAX_PARAGRAPH_WORDS, LONG_SENTENCE = 4, 230, 75, 26
#: Paragraphs of one short line, from which a post reads as a list of slogans.
MIN_SINGLE_LINES, SHORT_LINE_WORDS = 7, 9
MAX_QUOTED_WORDS = 7
_LIST_ITEM = re.compile(r"^\s*(?:\d+[.)]|[-•✅])\s", re.MULTILINE)
MIN_LIST_ITEMS = 3
#: What asks readers to buy, to get in touch or to react.
_SOLICITS = re.compile(
    r"\b(?:dm|pm|inbox|message|call|e-?mail|contact|book|reach out|get in touch|drop (?:me|us)|sign up|subscribe|register|order"
    r"|buy|offers?|discount|free (?:\w+ )?(?:trial|demo|quote|consultation|audit|guide|sample)|prices?|pricing|demo|comment|tag"
    r"|follow|share|repost|like this|link in|visit our|check out|hire me)\b|[€$£]\s?\d|\d\s?%\s+off",
    re.IGNORECASE,
)
_ASKS_REACTION = re.compile(
    r"\b(?:please (?:like|share|repost|comment)|like (?:this|and|if|&)|hit (?:like|follow)|comment (?:below|with|[\"“'A-Z])"
    r"|tag (?:a|an|some\w*|three|two|your)|follow (?:me|us|for|along)|share (?:this|if|with your)|repost|type [\"“'A-Z]{2})",
)
_FACTS = {"who": "who it was", "when": "the date", "how many": "a figure"}
_QUESTIONS = {"who": "Who was it?", "when": "When was it?", "how many": "How many, or how much?"}
#: Kinds of drafts that a reader expects a date in.
_DATED = frozenset({"event", "announcement", "hiring"})
#: A job advertisement that names the pay and another number has the facts.
MANY_NUMBERS = 2
_PAY = re.compile(r"[€$£]\s?\d|\d\s?(?:k\b|€|£)|\b(?:per|an) hour\b", re.IGNORECASE)
_SHARE = re.compile(r"%|\b(?:times|percent|x)\b|\dx\b", re.IGNORECASE)


MAX_ADVICE = 3
#: Advice that is worth fewer points is not given, nor is further advice that is worth less than this part of the first.
MIN_WORTH, MIN_PART = 3, 0.5


@dataclass(frozen=True, slots=True)
class Place:
    """``variant``: of the lever's words; empty for those of its kind. ``fill``: what the words are filled with."""

    spans: tuple[Span, ...] = ()
    variant: str = ""
    fill: Mapping[str, str] = field(default_factory=dict)


def sells_or_poses(material: Material) -> bool:
    """Whether a rule found a sales pitch, bait or hype."""
    return bool(material.found(_PITCH | _BAIT | _HYPE))


def sells(material: Material) -> bool:
    """Whether a rule found a sales pitch or bait, or the words of an offer are there."""
    if material.kind in _SELLS and _SOLICITS.search(material.text):
        return True
    return bool(material.found(_PITCH | _BAIT) or phrases.offers(material.reading) or material.sold_beside_courtesy)


def insults(material: Material) -> Place | None:
    """Where the draft insults somebody."""
    rude = material.found(_INSULTS)
    if not material.is_reply:
        # In a story somebody is told to shut up, and labels get lost.
        rude = tuple(span for span in rude if not phrases.pattern("orders").fullmatch(span.of(material.text)))
    others = phrases.put_downs(material.reading)
    rude, others = (tuple(span for span in spans if not phrases.is_told(material.reading, span)) for spans in (rude, others))
    found = (*rude, *(span for span in others if not any(span.start < each.end and each.start < span.end for each in rude)))
    if not found:
        return None
    is_answer = rude and material.is_reply
    return Place(found, "insult" if is_answer else "put-down", {"quotes": _quotes(material, found)})


def private_offer(material: Material) -> Place | None:
    """What a reply offers or asks for in private, quoted."""
    if material.is_about_work:
        return None
    offers = material.sold_beside_courtesy or phrases.offers(material.reading, is_pitch=material.kind == "pitch")
    found = offers or phrases.meetings(material.reading)
    if not found:
        return None
    return Place(found, "offer" if offers else "meeting", {"quotes": _quotes(material, found)})


def _quotes(material: Material, found: tuple[Span, ...]) -> str:
    """The first two, once if they are alike."""
    return _listed(list(dict.fromkeys(_quote(material.text, span) for span in found[:2])), "and")


def _case(material: Material) -> Place | None:
    if material.marks.dimensions["story"] > MODEL_MARK or tells_case(material.reading):
        return None
    return Place(material.weakest("specificity", "story", skip=_SOLICITS))


def _insight(material: Material) -> Place | None:
    return Place(material.weakest("conversation", "voice"))


def _reader(material: Material) -> Place | None:
    return Place(material.weakest("audience"))


def _fact(material: Material) -> Place | None:
    missing = missing_facts(material.reading)
    if not missing or (missing == ["when"] and material.kind not in _DATED):
        return None
    if material.kind == "hiring" and len(material.reading.numbers) >= MANY_NUMBERS and _PAY.search(material.text):
        return None
    if material.occasion == UPCOMING and "when" not in missing and len(missing) == 1:
        return None
    questions = " ".join(_QUESTIONS[name] for name in missing)
    fill = {"missing": _listed([_FACTS[name] for name in missing]), "questions": questions}
    return Place(material.weakest("specificity", skip=_SOLICITS), fill=fill)


def _proof(material: Material) -> Place | None:
    claims = material.found(_CLAIM)
    shares = tuple(span for span in material.reading.numbers if _SHARE.search(material.text[span.start : span.end + 8]))
    if shares:
        return Place(shares[:1], "figure", {"quote": _quote(material.text, shares[0])})
    if claims:
        return Place((material.sentence_of(claims[0]),))
    return Place(material.weakest("credibility"))


def _opening(material: Material) -> Place | None:
    best = material.strongest("hook", "specificity", "story", skip=phrases.pattern("no-opening"))
    if best is None or material.marks.dimensions["hook"] > MODEL_MARK:
        return None
    return Place((best,), fill={"quote": _quote(material.text, best)})


def _hype(material: Material) -> Place | None:
    found = material.found(_HYPE)
    if not found:
        return Place(material.weakest("voice"), "general")
    quotes = dict.fromkeys(_quote(material.text, span) for span in found[:3])
    return Place(found, fill={"quotes": _listed(list(quotes), "and")})


def is_stock(material: Material) -> bool:
    return material.genericness >= MIN_GENERIC and len(material.found(_STOCK)) >= MIN_STOCK


def _own(material: Material) -> Place | None:
    if is_stock(material):
        stock = material.found(_STOCK)
        return Place(stock, "stock", {"count": str(len(stock))})
    return Place(material.found(_BORROWED) or material.weakest("voice"))


def _plain(material: Material) -> Place | None:
    unknown = abbreviations(material.reading)
    if unknown:
        return Place(
            unknown[:3], "abbreviation", {"quotes": _listed([_quote(material.text, span) for span in unknown[:3]], "and")}
        )
    longest = max((span for span, _ in material.sentences), key=lambda span: len(material.words_in(span)))
    if len(material.words_in(longest)) >= LONG_SENTENCE:
        return Place((longest,), "long")
    return Place(material.weakest("clarity"))


def _bait(material: Material) -> Place | None:
    if undisclosed := material.found(_UNDISCLOSED):
        return Place(undisclosed, "undisclosed")
    if material.is_reply and (offer := private_offer(material)):
        return offer
    if bait := material.found(_BAIT):
        return Place(bait, "asks", {"quote": _quote(material.text, bait[0])})
    return None if material.is_about_work else _solicitation(material)


def _solicitation(material: Material) -> Place | None:
    """Where no rule found bait: what asks for a reaction, and what sells."""
    asking = [span for span, _ in material.sentences if _asks_reaction(span.of(material.text))]
    helps = phrases.pattern("helps")
    selling = tuple(
        span for span, _ in material.sentences if _SOLICITS.search(s := span.of(material.text)) and not helps.search(s)
    )
    if asking and len(asking) >= len(selling):
        return Place(tuple(asking), "asks", {"quote": _quote(material.text, asking[0])})
    pitch = phrases.offers(material.reading) or material.found(_PITCH) or selling
    if material.kind not in _SELLS and (not pitch or (material.is_reply and pitch == selling)):
        # In a reply the word "price" alone sells nothing.
        return None
    if material.is_reply and selling and pitch == selling and all(phrases.is_past(material.reading, span) for span in selling):
        return None
    return Place(pitch or material.weakest("conversation", "voice"))


def _asks_reaction(sentence: str) -> bool:
    return bool(_ASKS_REACTION.search(sentence)) and not phrases.pattern("helps").search(sentence)


def _step(material: Material) -> Place | None:
    # What tells how something is done, or lists it, gives steps already.
    if material.kind == "how-to" or len(_LIST_ITEM.findall(material.text)) >= MIN_LIST_ITEMS:
        return None
    return Place(material.weakest("audience", "specificity"))


def _ask(material: Material) -> Place | None:
    if material.is_reply and material.kind == "question":
        return None
    if not material.is_reply and material.text.rstrip().endswith("?"):
        return Place((material.sentences[-1][0],), "ends-asking")
    return Place()


def _form(material: Material) -> Place | None:
    """The first fault of the layout that there is."""
    return next((place for find in (_crowded, _wall, _long, _single_lines) if (place := find(material))), None)


def is_crowded(material: Material) -> bool:
    return _crowded(material) is not None


def _crowded(material: Material) -> Place | None:
    reading = material.reading
    for variant, spans in (("hashtags", reading.hashtags), ("emoji", reading.emoji), ("mentions", reading.mentions)):
        if len(spans) > MAX_OF_A_SORT:
            return Place(spans, variant, {"count": str(len(spans))})
    return None


def _wall(material: Material) -> Place | None:
    wall = max(material.paragraphs, key=material.paragraphs.__getitem__, default=None)
    return Place((wall,), "wall") if wall and material.paragraphs[wall] > MAX_PARAGRAPH_WORDS else None


def _long(material: Material) -> Place | None:
    count = len(material.reading.words)
    return Place(variant="long", fill={"count": str(count)}) if count > MAX_POST_WORDS else None


def _single_lines(material: Material) -> Place | None:
    short = sum(1 <= size <= SHORT_LINE_WORDS for size in material.paragraphs.values())
    return Place(variant="lines") if short >= MIN_SINGLE_LINES else None


def _leave(_material: Material) -> Place | None:
    return Place()


PLACES: Mapping[str, Callable[[Material], Place | None]] = {
    "case": _case, "insight": _insight, "reader": _reader, "fact": _fact, "proof": _proof, "opening": _opening, "hype": _hype,
    "bait": _bait, "step": _step, "ask": _ask, "form": _form, "plain": _plain, "own": _own, "leave": _leave,
}  # fmt: skip


def _quote(text: str, span: Span) -> str:
    """The words of ``span`` in quotation marks, cut off after a few."""
    words = span.of(text).split()
    cut = " ".join(words[:MAX_QUOTED_WORDS]).rstrip(",;:")
    return f"“{cut} …”" if len(words) > MAX_QUOTED_WORDS else f"“{cut}”"


def _listed(items: list[str], word: str = "or") -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {word} {items[-1]}"
