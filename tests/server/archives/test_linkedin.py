"""LinkedIn's export, in the shapes in which it is known to come."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from server.archives.model import ArchiveError
from tests.server.archives.archive_files import COMMENTS_HEADER, SHARES_HEADER, comment_row, read, share_row


def texts(contents):
    return [item.text for item in contents.items]


def test_share_with_quotes_commas_and_an_empty_line():
    text = 'They said "no budget", twice.\n\nThen they called back, and asked for the numbers.'
    (item,) = read({"Shares.csv": SHARES_HEADER + share_row(text)}).items
    assert item.text == text
    assert (item.kind, item.key) == ("linkedin-post", "linkedin-post:7051")
    assert item.published_at == datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
    assert item.url == "https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7051"


def test_share_whose_lines_are_not_quoted_one_by_one():
    row = '2026-03-02 08:15:00,https://www.linkedin.com/x,"One ""quoted"" line\r\nand another",,,\r\n'
    assert texts(read({"Shares.csv": SHARES_HEADER + row})) == ['One "quoted" line\nand another']


def test_numbered_file_in_a_folder_with_a_byte_order_mark():
    content = b"\xef\xbb\xbf" + (SHARES_HEADER + share_row("Zürich saved €40 a stop")).encode()
    contents = read({"Complete_LinkedInDataExport_03-02-2026/Shares_1234.csv": content})
    assert texts(contents) == ["Zürich saved €40 a stop"]
    assert contents.files == ["Shares_1234.csv"]


def test_single_file_and_a_browsers_second_download_of_it():
    content = SHARES_HEADER + share_row("A planner counted the stops.")
    for name in ("Shares.csv", "Shares (1).csv", "shares_7.csv"):
        assert texts(read(content, name)) == ["A planner counted the stops."]


def test_comment_with_backslashes():
    rows = [
        comment_row('He said "maybe" and meant "no".'),
        comment_row("Look at C:\\routes\\north for it", date="2026-03-02 08:16:00"),
        '2026-03-02 08:17:00,https://www.linkedin.com/x,"It ends in a backslash \\\\"\r\n',
        '2026-03-02 08:18:00,https://www.linkedin.com/x,"Doubled ""here"", and\nin two lines"\r\n',
    ]
    contents = read({"Comments.csv": COMMENTS_HEADER + "".join(rows)})
    assert texts(contents)[::-1] == [
        'He said "maybe" and meant "no".',
        "Look at C:\\routes\\north for it",
        "It ends in a backslash \\",
        'Doubled "here", and\nin two lines',
    ]
    assert {item.kind for item in contents.items} == {"linkedin-comment"}


def test_two_comments_on_one_post_are_two_items_and_a_repeated_row_is_one():
    first, second = comment_row("First"), comment_row("Second", date="2026-03-02 09:00:00")
    contents = read({"Comments.csv": COMMENTS_HEADER + first + second + first})
    assert texts(contents) == ["Second", "First"]
    assert contents.skipped == {"repeated": 1}


def test_rows_that_are_no_items_are_counted_by_reason():
    rows = [
        share_row("", number=1), share_row("Fine", number=2), share_row("When?", number=3, date="yesterday"),
        share_row("Before LinkedIn", number=4, date="1999-01-01 00:00:00"),
        share_row("x" * 30_001, number=5), "\r\n", "broken\r\n",
    ]  # fmt: skip
    contents = read({"Shares.csv": SHARES_HEADER + "".join(rows)})
    assert texts(contents) == ["Fine"]
    assert contents.skipped == {"no-text": 1, "unreadable": 3, "too-long": 1}


def test_header_below_notes_and_in_another_order():
    notes = 'Notes:\r\n"These are your shares, as of today."\r\n\r\n'
    content = notes + 'sharecommentary,date\r\n"Hello there",2026-03-02 08:15:00 UTC\r\n'
    (item,) = read({"Shares.csv": content}).items
    assert (item.text, item.url) == ("Hello there", None)


@pytest.mark.parametrize(
    "date", ["2026-03-02 08:15:00", "2026-03-02 08:15:00 UTC", "2026-03-02T09:15:00+01:00", "3/2/26, 8:15 AM"]
)
def test_dates_are_in_utc(date):
    (item,) = read({"Shares.csv": SHARES_HEADER + share_row("Hello", date=f'"{date}"')}).items
    assert item.published_at == datetime(2026, 3, 2, 8, 15, tzinfo=UTC)


def test_profile_reads_only_what_the_coach_reads():
    profile = (
        "First Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary,Industry,Zip Code,Websites\r\n"
        'Canary,Surname,,1 Secret Road,Jan 1,"I help planners, and drivers","Two lines\nabout routes",Logistics,12345,[x]\r\n'
    )
    positions = (
        "Company Name,Title,Description,Location,Started On,Finished On\r\n"
        'Harbour,Account executive,"Cut detours by 12 %\nin a year",Kiel,Jan 2020,\r\n'
        "Quay,Rep,,Kiel,2017,2019\r\n"
    )
    (item,) = read({"Profile.csv": profile, "Positions.csv": positions}).items
    assert item.kind == "linkedin-profile"
    assert item.sections == {
        "headline": "I help planners, and drivers",
        "about": "Two lines\nabout routes",
        "experience": ["Account executive at Harbour\nJan 2020\nCut detours by 12 %\nin a year", "Rep at Quay\n2017 – 2019"],
    }
    for word in ("Canary", "Surname", "Secret Road", "Jan 1,", "12345", "[x]"):
        assert word not in repr(item.sections)
        assert word not in item.text
    assert read({"Profile.csv": profile, "Positions.csv": positions}).items[0].key == item.key


def test_file_without_the_column_is_refused():
    with pytest.raises(ArchiveError, match=r"Shares\.csv lacks the column “ShareCommentary”"):
        read({"Shares.csv": "Date,Message\r\n2026-03-02 08:15:00,x\r\n"})


def test_quote_that_is_never_closed_is_refused():
    row = '2026-03-02 08:15:00,https://www.linkedin.com/x,"' + "and on and on\n" * 20_000
    with pytest.raises(ArchiveError, match="not a CSV file as LinkedIn writes it"):
        read({"Shares.csv": SHARES_HEADER + row})


def test_messages_and_contacts_are_never_opened():
    other = dict.fromkeys(("messages.csv", "Connections.csv", "Email Addresses.csv", "Recommendations.csv"), "not, a table")
    contents = read({"Shares.csv": SHARES_HEADER + share_row("Hello"), **other})
    assert (contents.files, contents.unopened) == (["Shares.csv"], 4)
