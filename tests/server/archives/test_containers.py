"""Files that are no archives, or that would cost more than they should, are refused in words that say what to do."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from dataclasses import replace

import pytest

from server.archives.containers import kind_of
from server.archives.model import LIMITS, ArchiveError
from tests.server.archives.archive_files import SHARES_HEADER, make_zip, read, script, share_row, tweet

CONTENT = SHARES_HEADER + share_row("A planner counted the stops.")


def refusal(content, name="archive.zip", limits=LIMITS):
    with pytest.raises(ArchiveError) as refused:
        read(content, name, limits)
    return str(refused.value)


def test_only_files_with_these_names_are_read():
    read_names = ("Shares.csv", "a/b/SHARES_12.csv", "Comments_1.csv", "data/tweets.js", "tweets-part12.js", "note-tweet.js")
    other_names = (
        "messages.csv", "Connections.csv", "direct-messages.js", "deleted-tweets.js", "Shares.csv.exe", "._Shares.csv",
        "MyShares.csv", "tweets.js/x", "tweet-headers.js", "account.js",
    )  # fmt: skip
    assert all(kind_of(name) for name in read_names)
    assert not any(kind_of(name) for name in other_names)


def test_empty_unknown_and_missing():
    assert "is empty" in refusal(b"")
    assert "This is not a ZIP file" in refusal(b"hello")
    assert "cannot read a file of this name" in refusal(b"hello", "holiday.jpg")
    assert "contains none of Shares.csv" in refusal({"messages.csv": "x"})


def test_file_above_the_limit():
    assert "larger than 10 bytes. Unpack it on your computer" in refusal(CONTENT, "Shares.csv", replace(LIMITS, file_bytes=10))


def test_more_files_than_the_limit():
    many = {f"photo{number}.jpg": "x" for number in range(5)} | {"Shares.csv": CONTENT}
    assert "more than 5 files" in refusal(many, limits=replace(LIMITS, entries=5))
    parts = {f"tweets-part{number}.js": script([]) for number in range(4)}
    assert "more than 3 files to read" in refusal(parts, limits=replace(LIMITS, named_files=3))
    assert "list of files is larger than 200 bytes" in refusal(many, limits=replace(LIMITS, directory_bytes=200))


def test_zip_bomb():
    bomb = make_zip({"Shares.csv": SHARES_HEADER + "0" * 3_000_000})
    assert "Shares.csv unpacks to more than 100 times its packed size" in refusal(bomb)


def test_entry_that_claims_two_gigabytes():
    assert "Shares.csv is larger than 200 MB" in refusal(with_sizes({"Shares.csv": CONTENT}, unpacked=2_000_000_000))


def with_sizes(files, *, unpacked):
    """Changes the unpacked size in the list of files, of the last file in it."""
    content = bytearray(make_zip(files).getvalue())
    struct.pack_into("<I", content, content.rindex(b"PK\x01\x02") + 24, unpacked)
    return bytes(content)


def test_entry_that_is_larger_than_it_claims():
    """``zipfile`` stops at the size in the list of files, where the checksum is wrong."""
    assert "damaged" in refusal(with_sizes({"Shares.csv": CONTENT}, unpacked=20))


def test_sizes_while_reading():
    limits = replace(LIMITS, member_bytes=500, total_bytes=800)
    long = script([tweet("x" * 600)])
    assert "The file is larger than 500 bytes" in refusal(long, "tweets.js", limits)
    two = {"tweets.js": script([tweet("x" * 250)]), "tweets-part1.js": script([tweet("y" * 250, number=2)])}
    assert "more than 800 bytes together" in refusal(two, limits=limits)


@pytest.mark.parametrize("path", ["../Shares.csv", "/etc/Shares.csv", "a/../../Shares.csv", "..\\Shares.csv", "C:\\Shares.csv"])
def test_path_that_leads_out_of_the_folder(path):
    assert "path that leads out" in refusal({path: CONTENT})


def test_link_to_another_file():
    link = zipfile.ZipInfo("Shares.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "contains a link" in refusal(file)


def test_archive_in_an_archive():
    inner = make_zip({"Shares.csv": CONTENT}).getvalue()
    assert "no archive inside an archive" in refusal({"export.zip": inner})
    assert "lacks the column" in refusal({"Shares.csv": inner})
    assert read({"Shares.csv": CONTENT, "export.zip": inner}).unopened == 1


def test_encrypted_entry():
    content = bytearray(make_zip({"Shares.csv": CONTENT}).getvalue())
    position = content.index(b"PK\x01\x02") + 8
    content[position] |= 1
    assert "Shares.csv is encrypted" in refusal(bytes(content))


def test_two_entries_of_one_name():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("Shares.csv", CONTENT)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("Shares.csv", CONTENT)
    assert "two files of the same name" in refusal(file)


def test_wrong_checksum_and_cut_off_file():
    content = make_zip({"Shares.csv": CONTENT}, compression=zipfile.ZIP_STORED).getvalue()
    assert "damaged" in refusal(content.replace(b"planner", b"planter"))
    assert "damaged" in refusal(content[: len(content) // 2])


def test_packing_that_needs_much_memory():
    assert "packed in a way that Repute does not read" in refusal(
        make_zip({"Shares.csv": CONTENT}, compression=zipfile.ZIP_LZMA)
    )


def test_long_line_and_long_entry():
    limits = replace(LIMITS, line_chars=100, element_chars=100_000)
    assert "line of more than 100 characters" in refusal({"Shares.csv": SHARES_HEADER + "x" * 200}, limits=limits)
    long = script([tweet("word " * 100_000)])
    assert "entry of more than 100000 characters" in refusal({"tweets.js": long}, limits=replace(limits, ratio=1_000))


def test_the_newest_items_are_kept():
    tweets = [tweet(f"Number {n}", number=n, date=f"Mon Mar {n:02} 08:15:00 +0000 2026") for n in range(1, 21)]
    limits = replace(LIMITS, items=3)
    contents = read({"tweets.js": script(tweets)}, limits=limits)
    assert [item.text for item in contents.items] == ["Number 20", "Number 19", "Number 18"]
    assert contents.skipped == {"too-many": 17}
    assert len(read({"tweets.js": script(tweets)}, limits=replace(LIMITS, text_chars=25)).items) == 2
