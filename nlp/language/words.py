"""Small closed lists of English words that measures and checks count. All in lower case with straight apostrophes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nlp.language.reading import Word


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


WE = _set("we us our ours ourselves")
I = _set("i me my mine myself")  # noqa: E741 the word itself
YOU = _set("you your yours yourself yourselves y'all")

#: People a seller writes for, as a seller names them.
READERS = _set(
    "buyer buyers customer customers client clients prospect prospects rep reps seller sellers manager managers founder founders "
    "owner owners team teams leader leaders marketer marketers engineer engineers nurse nurses teacher teachers accountant "
    "accountants cfo cfos ceo ceos cio cios cto ctos cmo cmos vp vps director directors analyst analysts planner planners buyer's "
    "supervisor supervisors dispatcher dispatchers controller controllers recruiter recruiters developer developers operator "
    "operators driver drivers"
)
#: What a reader has or wants changed: the matter of a problem.
PROBLEMS = _set(
    "problem problems mistake mistakes cost costs lose loses lost losing miss misses missed missing late delay delays delayed stuck "
    "wait waits waiting waste wastes wasted wasting risk risks fail fails failed failing failure broken breaks broke error errors "
    "struggle struggles struggled struggling pain hurt hurts worry worries worried wrong slow stalled stalls stall churn churned "
    "ignored ghosted rejected overdue shortage bottleneck backlog complaint complaints complained objection objections quit cancelled"
)
CONTRAST = _set("but yet instead until although though however except despite unless then turned suddenly")

FILLERS = _set(
    "actually basically literally really very just quite simply totally absolutely definitely certainly obviously clearly honestly "
    "essentially truly highly extremely incredibly super rather somewhat"
)
VAGUE = _set(
    "thing things stuff various several numerous many lots ton tons great good nice amazing awesome incredible significant significantly "
    "substantial substantially better best huge massive tremendous valuable meaningful impactful successful success successfully "
    "effective effectively efficient efficiently efficiency solution solutions value quality results growth improve improved improving "
    "important interesting exciting excited journey opportunity opportunities passionate innovative innovation leading everyone "
    "everything something anything somehow"
)
HEDGES = _set("maybe perhaps possibly probably might arguably apparently seemingly supposedly presumably hopefully somewhat")
SUPERLATIVES = _set(
    "best greatest biggest fastest easiest smartest cheapest finest leading unrivaled unrivalled unmatched unparalleled unbeatable "
    "ultimate perfect flawless revolutionary game-changing groundbreaking ground-breaking world-class best-in-class cutting-edge "
    "guaranteed guarantee guarantees always never everyone nobody only"
)
SOURCES = _set(
    "according source sources study studies survey surveyed report reported data research measured counted sample published interviewed "
    "asked tracked tested customers interviews"
)
TIMES = _set(
    "yesterday today tonight monday tuesday wednesday thursday friday saturday sunday january february march april june july august "
    "september october november december morning afternoon evening night week weeks month months year years quarter ago later "
    "when after before until once then during"
)
#: Past forms that do not end in -ed; no POS tags here, so forms that are also nouns or presents are left out.
PAST = _set(
    "was were had did went got made said told asked came took gave found thought knew saw heard felt left lost won met sent spent "
    "bought brought built caught chose drove fell flew forgot grew held kept led learnt meant paid ran sat sold spoke stood stuck "
    "taught threw understood woke wore wrote began became broke rose shook hid"
)
#: Words in -ed that tell no event.
NOT_PAST = _set("need indeed feed seed speed exceed proceed succeed need's breed bleed weed red bed shed led hundred sacred naked wed fed need-based")

CONTRACTED = _set("don't can't won't isn't aren't doesn't didn't wasn't weren't couldn't wouldn't shouldn't haven't hasn't hadn't let's")
CONTRACTIONS = ("n't", "'re", "'ve", "'ll", "'m", "'d", "it's", "that's", "here's", "there's", "what's", "he's", "she's", "let's")
#: Pairs of words that most people shorten when they talk.
UNCONTRACTED = (
    "do not", "does not", "did not", "is not", "are not", "was not", "cannot", "can not", "will not", "would not", "could not",
    "should not", "have not", "has not", "i am", "i have", "we are", "we have", "you are", "it is", "that is", "they are", "i will",
    "we will", "you will",
)  # fmt: skip


def stem(word: Word | str) -> str:
    """The word before its apostrophe: ``we're`` -> ``we``."""
    lower = word if isinstance(word, str) else word.lower
    return lower.split("'", 1)[0]


def is_past(lower: str) -> bool:
    """Whether a word looks like a past form. By its spelling alone, so "a closed door" counts too."""
    base = lower.split("'", 1)[0]
    return base in PAST or (base.endswith("ed") and len(base) > 3 and base not in NOT_PAST)


def is_contraction(lower: str) -> bool:
    return "'" in lower and lower.endswith(CONTRACTIONS)
