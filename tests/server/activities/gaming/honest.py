"""Honest work that looks like a trick: it must stay worth its points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from server.activities.models import Activity
from tests.server.activities.gaming.desk import Desk, snowflake
from tests.server.activities.gaming.texts import COLLEAGUE_POST, COMMENTS, POST, SWAPPED_POST, text_of, texts_of
from tests.server.activities.gaming.tricks import LINKEDIN


@dataclass(frozen=True)
class Honest:
    """``play`` returns the items that must count."""

    name: str
    play: Callable[[Desk], list[Activity | None]]


HONEST: list[Honest] = []
Play = Callable[[Desk], list[Activity | None]]


def honest(name: str) -> Callable[[Play], Play]:
    def add(play: Play) -> Play:
        HONEST.append(Honest(name, play))
        return play

    return add


def _all_count(name: str, *shared: str, surface: str = "linkedin-post", days: int = 7) -> None:
    @honest(name)
    def play(desk: Desk) -> list[Activity | None]:
        items = []
        for text in shared:
            items.append(desk.share(text, surface=surface))
            desk.wait(days=days)
        return items


_all_count("A series with the same opening and sign-off", *(text_of("FRAME").format(text) for text in texts_of("SERIES")))
_all_count("A weekly format with the same headings", *texts_of("WEEKLY"))
_all_count("Thanking five people in different words", *texts_of("THANKS"), surface="linkedin-comment", days=1)
_all_count("The same thought in German, then in English", text_of("GERMAN"), text_of("ENGLISH"))
_all_count(
    "The same disclosure and hashtags under each post", *(f"{text}\n\n{text_of('DISCLOSURE')}" for text in texts_of("SERIES"))
)
_all_count("Rows of figures", text_of("FIGURES"))
_all_count("A list of short points", text_of("LIST"))
_all_count("One sentence a line", text_of("LINES"))
_all_count("English of somebody who learns it", text_of("LEARNER"))
_all_count("Short comments on different subjects", *texts_of("SHORT_COMMENTS"), surface="linkedin-comment", days=1)
_all_count("Last year's lesson told anew", POST, text_of("TOLD_ANEW"), days=200)


@honest("Quoting a colleague with a comment of one's own")
def _quote(desk: Desk) -> list[Activity | None]:
    desk.share(COLLEAGUE_POST, by=desk.colleague)
    return [desk.share(text_of("QUOTE"))]


@honest("Two colleagues about the same evening, each in their own words")
def _same_event(desk: Desk) -> list[Activity | None]:
    return [desk.share(text, by=person) for text, person in zip(texts_of("SAME_EVENT"), (desk.me, desk.colleague), strict=True)]


@honest("Two colleagues quote the same paragraph of a regulation")
def _same_source(desk: Desk) -> list[Activity | None]:
    return [
        desk.share(text, by=person) for text, person in zip(texts_of("SAME_SOURCE"), (desk.me, desk.colleague), strict=True)
    ]


@honest("Two colleagues congratulate the same person")
def _same_person(desk: Desk) -> list[Activity | None]:
    people = (desk.me, desk.colleague)
    return [
        desk.share(text, by=person, surface="linkedin-comment")
        for text, person in zip(texts_of("CONGRATULATIONS"), people, strict=True)
    ]


@honest("An X post grown into a LinkedIn post")
def _grown(desk: Desk) -> list[Activity | None]:
    return [desk.share(text_of("SEED"), surface="x-post"), desk.share(text_of("GROWN"))]


@honest("A post summed up in new words for X")
def _summed_up(desk: Desk) -> list[Activity | None]:
    return [desk.share(POST), desk.share(text_of("SUMMARY"), surface="x-post")]


@honest("A typo corrected after sharing: the first credit stays")
def _typo(desk: Desk) -> list[Activity | None]:
    url = LINKEDIN.format(snowflake(desk.clock))
    first = desk.share(POST.replace("luck", "lukc"), url=url)
    desk.share(POST, url=url)
    return [first]


@honest("A disclosure added to a post on hold, shared again at the same address")
def _fixed(desk: Desk) -> list[Activity | None]:
    url = LINKEDIN.format(snowflake(desk.clock))
    held = desk.share(f'{POST}\n\nComment "YES" and like this post if you agree!', url=url)
    assert held is not None
    assert held.state == "held"
    return [desk.share(POST, url=url)]


@honest("Withdrawn by mistake and shared again")
def _withdrawn(desk: Desk) -> list[Activity | None]:
    desk.withdraw(desk.share(POST))
    return [desk.share(POST)]


@honest("A better version after withdrawing the first")
def _rewritten(desk: Desk) -> list[Activity | None]:
    desk.withdraw(desk.share(POST))
    return [desk.share(SWAPPED_POST)]


@honest("Three answers in one conversation under a buyer's post")
def _conversation(desk: Desk) -> list[Activity | None]:
    url = LINKEDIN.format(snowflake(desk.clock))
    return [desk.share(text, surface="linkedin-comment", url=url) for text in COMMENTS[:3]]


@honest("Two comments under a colleague's post")
def _two_for_a_colleague(desk: Desk) -> list[Activity | None]:
    url = LINKEDIN.format(snowflake(desk.clock))
    desk.share(COLLEAGUE_POST, by=desk.colleague, url=url)
    return [desk.share(text, surface="linkedin-comment", url=url) for text in COMMENTS[:2]]


@honest("Friday's post, sent on Monday by a browser that was offline")
def _offline(desk: Desk) -> list[Activity | None]:
    published = desk.clock
    desk.wait(days=2, hours=20)
    item = desk.share(POST, at=published)
    assert item is not None
    assert item.occurred_at == published
    return [item]


@honest("A post that was scheduled three weeks ahead")
def _scheduled(desk: Desk) -> list[Activity | None]:
    item = desk.share(POST, url=LINKEDIN.format(snowflake(desk.clock - timedelta(days=21))))
    assert item is not None
    assert item.occurred_at == desk.clock
    return [item]


@honest("A post of last week, shared with its address")
def _late(desk: Desk) -> list[Activity | None]:
    published = desk.clock - timedelta(days=8)
    item = desk.share(POST, at=published, url=LINKEDIN.format(snowflake(published)))
    assert item is not None
    assert item.occurred_at == published
    return [item]
