"""Reads an archive: all files in it that are meant to be read, into one list of items."""

from __future__ import annotations

from typing import IO

from server.archives import linkedin, x
from server.archives.containers import Member, open_container
from server.archives.model import LIMITS, ArchiveError, Contents, Item, Limits, Skipped


def read_archive(file: IO[bytes], name: str, limits: Limits = LIMITS) -> Contents:
    """``file`` must be seekable and is neither changed nor closed; ``name``: its name on its owner's computer. Reads at most
    twice: long posts before the posts that they complete. Raises ``ArchiveError`` for a file that is refused."""
    notes = x.Notes()
    with open_container(file, name, limits) as container:
        for member in container.members:
            if member.kind == "notes":
                notes.read(member, limits)
    collector = _Collector(limits)
    with open_container(file, name, limits) as container:
        for member in container.members:
            collector.contents.files.append(member.name)
            collector.read(member, notes)
        collector.contents.unopened = container.unopened
    return collector.finish()


class _Collector:
    """Keeps the newest items within the limits, each once."""

    def __init__(self, limits: Limits) -> None:
        self.contents = Contents()
        self._limits = limits
        self._items: dict[str, Item] = {}
        self._chars = 0
        self._replies: dict[str, str] = {}
        self._profile = linkedin.ProfileParts()

    def read(self, member: Member, notes: x.Notes) -> None:
        if member.kind == "shares":
            for one in linkedin.read_shares(member, self._limits):
                self._add(one)
        elif member.kind == "comments":
            for one in linkedin.read_comments(member, self._limits):
                self._add(one)
        elif member.kind == "profile":
            self._profile.read_profile(member, self._limits)
        elif member.kind == "positions":
            self._profile.read_positions(member, self._limits)
        elif member.kind == "tweets":
            for one, reply_to in x.read_tweets(member, notes, self._limits):
                if self._add(one) and reply_to and isinstance(one, Item):
                    self._replies[one.key] = reply_to

    def _add(self, one: Item | Skipped) -> bool:
        """Whether it was added."""
        if not isinstance(one, Item):
            self.contents.skipped[one] += 1
            return False
        if one.key in self._items:
            self.contents.skipped["repeated"] += 1
            return False
        if len(one.text) > self._limits.item_chars:
            self.contents.skipped["too-long"] += 1
            return False
        self._items[one.key] = one
        self._chars += len(one.text)
        if len(self._items) >= 2 * self._limits.items or self._chars > 2 * self._limits.text_chars:
            self._prune()
        return True

    def _prune(self) -> None:
        """Keeps the newest items."""
        newest = sorted(self._items.values(), key=lambda item: (item.published_at, item.key), reverse=True)
        kept: dict[str, Item] = {}
        self._chars = 0
        for item in newest[: self._limits.items]:
            if self._chars + len(item.text) > self._limits.text_chars:
                break
            self._chars += len(item.text)
            kept[item.key] = item
        self.contents.skipped["too-many"] += len(newest) - len(kept)
        self._items = kept
        self._replies = {key: reply_to for key, reply_to in self._replies.items() if key in kept}

    def finish(self) -> Contents:
        self._prune()
        items = x.join_threads(list(self._items.values()), self._replies)
        profile = self._profile.item()
        self.contents.items = items + ([profile] if profile else [])
        self.contents.skipped = +self.contents.skipped  # without zeros
        if not self.contents.items and not self.contents.skipped:
            raise ArchiveError("There is nothing in these files yet: no posts, comments or profile. Choose another archive.")
        return self.contents
