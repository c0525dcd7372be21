"""Ways to earn credit without the work: each is played through the operation that shares an item."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from tests.server.activities.gaming.desk import Desk, snowflake
from tests.server.activities.gaming.texts import (
    COLLEAGUE_POST,
    COMMENTS,
    CONGRATULATION,
    EDITED_POST,
    NAMES,
    NEW_FIRST_LINE,
    NEW_LAST_LINES,
    POST,
    SWAPPED_POST,
    comments,
    dictionary_words,
    paragraphs,
    posts,
    shuffled_words,
    text_of,
)

LINKEDIN = "https://www.linkedin.com/feed/update/urn:li:activity:{}"
COMMENT = "https://www.linkedin.com/feed/update/urn:li:activity:{0}?commentUrn=urn%3Ali%3Acomment%3A%28activity%3A{0}%2C{1}%29"
COPY = "near copy"
COLLEAGUES = "two comments a week under colleagues' posts count"


@dataclass(frozen=True)
class Trick:
    """``why``: what Repute makes of it, for the table."""

    name: str
    play: Callable[[Desk], None]
    why: str


TRICKS: list[Trick] = []


def trick(name: str, why: str) -> Callable[[Callable[[Desk], None]], Callable[[Desk], None]]:
    def add(play: Callable[[Desk], None]) -> Callable[[Desk], None]:
        TRICKS.append(Trick(name, play, why))
        return play

    return add


def _copy_of_post(name: str, text: str, why: str = COPY, *, surface: str = "linkedin-post") -> None:
    @trick(name, why)
    def play(desk: Desk) -> None:
        desk.share(POST)
        desk.wait(days=1)
        desk.trick(text, surface=surface)


_copy_of_post("Own post again, word for word", POST, "exact copy")
_copy_of_post("In capitals, with emoji and other punctuation", POST.upper().replace(".", " 🚀!") + " 🙌", "exact copy")
_copy_of_post(
    "Curly quotation marks, dashes, no-break spaces",
    POST.replace("'", "’").replace(",", " –").replace(" ", "\u00a0"),
    "exact copy",
)
_copy_of_post("One word swapped", POST.replace("Friday", "Thursday"))
_copy_of_post("A word swapped in every sentence", SWAPPED_POST)
_copy_of_post("Sentences in another order", " ".join(reversed(POST.replace("\n\n", " ").split(". "))))
_copy_of_post("Paragraphs in another order", "\n\n".join(reversed(paragraphs(POST))))
_copy_of_post("Invisible characters inside words", "".join(f"{char}\u200b" for char in POST), "exact copy")
_copy_of_post("Soft hyphens and combining marks", "".join(f"{c}\u00ad\u0335" if c.isalpha() else c for c in POST), "exact copy")
_copy_of_post("Cyrillic letters that look Latin", POST.translate(str.maketrans("aeopcxi", "аеорсхі")), "exact copy")
_copy_of_post(
    "Bold letters of mathematics", "".join(chr(0x1D5EE + ord(c) - 97) if "a" <= c <= "z" else c for c in POST), "exact copy"
)
_copy_of_post("Own post as a comment", POST, "exact copy", surface="linkedin-comment")
_copy_of_post("Own post cut down for X", POST[:270], surface="x-post")
_copy_of_post("Own post between a new opening and a new end", f"{NEW_FIRST_LINE}\n\n{POST}\n\n{NEW_LAST_LINES}")


@trick("One post split into four", COPY)
def _split(desk: Desk) -> None:
    desk.share(POST)
    for paragraph in paragraphs(POST)[:4]:
        desk.trick(paragraph, surface="x-post")


@trick("Four X posts joined into one post", COPY)
def _joined(desk: Desk) -> None:
    for paragraph in paragraphs(POST)[:4]:
        desk.share(paragraph, surface="x-post")
    desk.wait(days=7)
    desk.trick(POST)


def _recycled(name: str, days: int) -> None:
    @trick(name, "exact copy, for as long as texts are kept")
    def play(desk: Desk) -> None:
        desk.share(POST)
        desk.wait(days=days)
        desk.trick(POST)


_recycled("Own post again after 3 months", 92)
_recycled("Own post again after 6 months", 183)
_recycled("Own post again after 13 months", 395)


def _copy_of_colleague(name: str, text: str, why: str = COPY) -> None:
    @trick(name, why)
    def play(desk: Desk) -> None:
        desk.share(COLLEAGUE_POST, by=desk.colleague)
        desk.wait(days=1)
        desk.trick(text)


_copy_of_colleague("A colleague's post, word for word", COLLEAGUE_POST, "exact copy")
_copy_of_colleague("A colleague's post with a new first line", f"{NEW_FIRST_LINE}\n\n{COLLEAGUE_POST}")
_copy_of_colleague(
    "A colleague's post between a new opening and a new end", f"{NEW_FIRST_LINE}\n\n{COLLEAGUE_POST}\n\n{NEW_LAST_LINES}"
)
_copy_of_colleague("A colleague's post without its first paragraph", "\n\n".join(paragraphs(COLLEAGUE_POST)[1:]))
_copy_of_colleague("One paragraph of a colleague's post", paragraphs(COLLEAGUE_POST)[2])


@trick("The company's text from the second person on", COPY)
def _company_text(desk: Desk) -> None:
    desk.share(text_of("COMPANY_POST"), by=desk.third)
    desk.trick(text_of("COMPANY_POST"), by=desk.colleague)
    desk.trick(f"Proud of this!\n\n{text_of('COMPANY_POST')}", by=desk.me)


@trick("A template with other figures, five times", COPY)
def _template(desk: Desk) -> None:
    desk.share(text_of("TEMPLATE").format(20, 9, 2, 3, 4, "7:10"))
    for week in range(1, 6):
        desk.wait(days=7)
        desk.trick(text_of("TEMPLATE").format(20 + week, 9 - week, week, week + 1, 9 - week, f"7:1{week}"))


@trick("The same congratulation under five more posts", "exact copy")
def _same_congratulation(desk: Desk) -> None:
    desk.share(CONGRATULATION.format("Anna"), surface="linkedin-comment")
    for _ in range(5):
        desk.trick(CONGRATULATION.format("Anna"), surface="linkedin-comment")


@trick("The same congratulation for five more people", COPY)
def _congratulation_by_name(desk: Desk) -> None:
    for name in NAMES:
        (desk.trick if name != NAMES[0] else desk.share)(CONGRATULATION.format(name), surface="linkedin-comment")


@trick("Two colleagues comment under each other's posts in turn, six times each: those after the second", COLLEAGUES)
def _ring(desk: Desk) -> None:
    people, posts_of = (desk.me, desk.colleague), []
    for person, text in zip(people, (POST, COLLEAGUE_POST), strict=True):
        posts_of.append(snowflake(desk.clock, len(posts_of)))
        desk.share(text, by=person, url=LINKEDIN.format(posts_of[-1]))
    for number, text in enumerate(comments(12)):
        desk.wait(hours=1)
        url = COMMENT.format(posts_of[1 - number % 2], snowflake(desk.clock))
        (desk.share if number < 4 else desk.trick)(text, by=people[number % 2], surface="linkedin-comment", url=url)


@trick("Six comments under one post: those after the third", "three comments of a person under one post count")
def _one_post(desk: Desk) -> None:
    post = snowflake(desk.clock - timedelta(days=1))
    for number, text in enumerate(COMMENTS):
        desk.wait(minutes=2)
        url = COMMENT.format(post, snowflake(desk.clock))
        (desk.share if number < 3 else desk.trick)(text, surface="linkedin-comment", url=url)


@trick("Twenty posts in an hour: those after the sixth", "each further post of a week earns less, the seventh nothing")
def _burst(desk: Desk) -> None:
    for number, text in enumerate(posts(20)):
        desk.wait(minutes=3)
        (desk.share if number < 6 else desk.trick)(text)


def _same_address(name: str, first: str, second: str, text: str = EDITED_POST) -> None:
    @trick(name, "same address")
    def play(desk: Desk) -> None:
        number = snowflake(desk.clock)
        desk.share(POST, url=first.format(number))
        desk.wait(days=1)
        desk.trick(text, url=second.format(number))


_same_address("Edited after credit and shared again", LINKEDIN, LINKEDIN)
_same_address("... with tracking parameters", LINKEDIN, LINKEDIN + "?utm_source=share&rcm=ACoAA")
_same_address("... with a fragment", LINKEDIN, LINKEDIN + "#comments")
_same_address("... with a slash at the end", LINKEDIN, LINKEDIN + "/")
_same_address("... with the mobile site's host", LINKEDIN, LINKEDIN.replace("www.", "m."))
_same_address("... with a country's host", LINKEDIN, LINKEDIN.replace("www.", "de."))
_same_address("... with the post's other address", LINKEDIN, "https://www.linkedin.com/posts/robin-vale_deals-activity-{}-x2Yz")
_same_address("... with the address percent-encoded", LINKEDIN, LINKEDIN.replace(":li:", "%3Ali%3A"))
_same_address(
    "X post under twitter.com, another handle and /photo/1",
    "https://x.com/robin/status/{}",
    "https://mobile.twitter.com/i/status/{}/photo/1",
)


@trick("Edited after credit and shared again without its address", "near copy, as long as half of it is the same")
def _edited_without_address(desk: Desk) -> None:
    desk.share(POST)
    desk.trick(f"{POST}\n\n{NEW_LAST_LINES}\n\n{NEW_FIRST_LINE}")


@trick("Withdrawn and shared again: more than it earned before", "the first credit is reversed")
def _withdrawn_and_shared_again(desk: Desk) -> None:
    first = desk.share(POST)
    before = desk.points(first)
    desk.withdraw(first)
    again = desk.share(POST)
    if desk.points(again) > before:
        desk.tricks.append(again)


@trick("Posts of today dated back to last week, past the limit", "a date without a fitting address counts for three days")
def _back_dated(desk: Desk) -> None:
    texts = posts(12)
    for text in texts[:6]:
        desk.share(text)
    for text in texts[6:]:
        desk.trick(text, at=desk.clock - timedelta(days=8))


@trick("The same with the posts' own addresses", "an address says when the post was made")
def _back_dated_with_address(desk: Desk) -> None:
    texts = posts(12)
    for text in texts[:6]:
        desk.share(text)
    for number, text in enumerate(texts[6:]):
        desk.trick(text, at=desk.clock - timedelta(days=8), url=LINKEDIN.format(snowflake(desk.clock, number)))


@trick("A post of last year as if it were new", "an address says when the post was made")
def _post_of_last_year(desk: Desk) -> None:
    desk.trick(POST, url=LINKEDIN.format(snowflake(desk.clock - timedelta(days=300))))


@trick("Shared by the extension and again at /write", "exact copy")
def _two_sources(desk: Desk) -> None:
    desk.share(POST)
    desk.trick(POST, source="web")


@trick("One person with two accounts: the same post from both", "exact copy")
def _two_accounts(desk: Desk) -> None:
    desk.share(POST)
    desk.trick(POST, by=desk.third)


@trick("... edited, from the second account", "same address")
def _two_accounts_edited(desk: Desk) -> None:
    url = LINKEDIN.format(snowflake(desk.clock))
    desk.share(POST, url=url)
    desk.trick(EDITED_POST, by=desk.third, url=url)


def _worthless(name: str, text: str, why: str = "cannot be judged", *, surface: str = "linkedin-post") -> None:
    @trick(name, why)
    def play(desk: Desk) -> None:
        desk.trick(text, surface=surface)


NO_SENTENCES = "words without sentences"
_worthless("Words of a dictionary", dictionary_words())
_worthless("Keywords", text_of("KEYWORDS"), NO_SENTENCES)
_worthless("The words of a good post in no order", shuffled_words(COLLEAGUE_POST), NO_SENTENCES)
_worthless("One sentence twenty times", " ".join(["Early calls work."] * 20))
_worthless("Nothing", "", "refused")
_worthless("Only spaces and invisible characters", " \u200b\u2060 \n", "cannot be judged")
_worthless("One word", "Congratulations!", surface="linkedin-comment")
_worthless("Emoji", "🎉🎉🎉👏👏🚀")
_worthless("A link", "https://www.example.com/offer?utm_source=linkedin")
_worthless("Hashtags", "#sales #growth #pipeline #revenue #leads #crm #b2b #closing")
_worthless("Lorem ipsum", text_of("LOREM"))
