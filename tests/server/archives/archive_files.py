"""Builds archives in the shapes in which LinkedIn and X write them. All people, texts and ids are invented."""

from __future__ import annotations

import io
import json
import zipfile

from server.archives.model import LIMITS
from server.archives.reader import read_archive

SHARES_HEADER = "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\r\n"
COMMENTS_HEADER = "Date,Link,Message\r\n"


def make_zip(files, *, compression=zipfile.ZIP_DEFLATED):
    """``files``: name to content, bytes or text."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    file.seek(0)
    return file


def read(content, name="archive.zip", limits=LIMITS):
    """The contents of an archive: a dict of files is zipped first."""
    if isinstance(content, dict):
        content = make_zip(content)
    elif not hasattr(content, "read"):
        content = io.BytesIO(content if isinstance(content, bytes) else content.encode())
    return read_archive(content, name, limits)


def share_row(text, *, number=7051, date="2026-03-02 08:15:00"):
    """A row of Shares.csv; each line of the text is a quoted cell of its own, as LinkedIn writes it."""
    quoted = '"' + '""\n""'.join(line.replace('"', '""""' if "\n" in text else '""') for line in text.split("\n")) + '"'
    return f"{date},https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A{number},{quoted},,,MEMBER_NETWORK\r\n"


def comment_row(text, *, date="2026-03-02 08:15:00", link="https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A99"):
    escaped = text.replace('"', '\\"')
    return f'{date},{link},"{escaped}"\r\n'


def tweet(text, *, number=1001, date="Mon Mar 02 08:15:00 +0000 2026", **fields):
    return {"tweet": {"id_str": str(number), "id": str(number), "full_text": text, "created_at": date, **fields}}


def script(elements, variable="tweets.part0"):
    """A file of X's archive."""
    return f"window.YTD.{variable} = " + json.dumps(elements, indent=2)
