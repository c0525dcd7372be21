"""Finds links, mentions, hashtags and emoji in a text, by the rules that X publishes (twitter-text, extraction).

Everything works on code points in one pass over the text; nothing backtracks over more than one host name.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib import resources

from nlp.model import Span

#: A DNS label has at most 63 bytes in its punycode form.
MAX_LABEL = 63
#: X treats links longer than this as text.
MAX_URL = 4096
#: X's own short links have at most this many letters in their path.
MAX_SHORT_LINK_SLUG = 40

_SCHEME = re.compile(r"https?://", re.IGNORECASE)
#: Host characters. A link without a scheme has Latin letters only: in other scripts a full stop is no reliable word end.
_HOST = re.compile(r"[^\s/?#:;,!'\"()<>\[\]{}|\\^`~@$%&*+=。、「」]+")
#: The look-behind makes matches start at the beginnings of words only; otherwise one long word costs its length squared.
_BARE_HOST = re.compile(
    r"(?<![A-Za-z0-9\u00c0-\u024f_.-])"
    r"(?:[A-Za-z0-9\u00c0-\u024f][A-Za-z0-9\u00c0-\u024f_-]*\.)+"
    r"[^\s\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+"
)
_PORT = re.compile(r":[0-9]+")
_PATH = re.compile(r"(?:/[\w\u0400-\u04ff\u2013!*';:=+,.$/%#\[\]\-&|@~()]*)+", re.ASCII)
_PATH_END = re.compile(r"[A-Za-z0-9\u00c0-\u024f\u0400-\u04ff=_#/+\-)]")
_QUERY = re.compile(r"\?[A-Za-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*")
_QUERY_END = re.compile(r"[A-Za-z0-9\-_&=#/]")
_MENTION = re.compile(
    r"(?:(?<![A-Za-z0-9_!#$%&*@＠])|(?<=\b[Rr][Tt])|(?<=\b[Rr][Tt]:))[@＠][A-Za-z0-9_]{1,20}"
    r"(?![A-Za-z0-9_@＠\u00c0-\u024f]|://)"
)


def _emoji_pattern() -> re.Pattern[str]:
    alone = (
        "\u203c\u2049\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u23cf\u23e9-\u23f3\u23f8-\u23fa\u24c2\u25aa\u25ab\u25b6"
        "\u25c0\u25fb-\u25fe\u2600-\u2604\u260e\u2611\u2614\u2615\u2618\u261d\u2620\u2622\u2623\u2626\u262a\u262e\u262f"
        "\u2638-\u263a\u2640\u2642\u2648-\u2653\u2660\u2663\u2665\u2666\u2668\u267b\u267e\u267f\u2692-\u2697\u2699\u269b\u269c"
        "\u26a0\u26a1\u26a7\u26aa\u26ab\u26b0\u26b1\u26bd\u26be\u26c4\u26c5\u26c8\u26ce\u26cf\u26d1\u26d3\u26d4\u26e9\u26ea"
        "\u26f0-\u26f5\u26f7-\u26fa\u26fd\u2702\u2705\u2708-\u270d\u270f\u2712\u2714\u2716\u271d\u2721\u2728\u2733\u2734\u2744"
        "\u2747\u274c\u274e\u2753-\u2755\u2757\u2763\u2764\u2795-\u2797\u27a1\u27b0\u27bf\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c"
        "\u2b50\u2b55\u3030\u303d\u3297\u3299\U0001f004\U0001f0cf\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f18e"
        "\U0001f191-\U0001f19a\U0001f201\U0001f202\U0001f21a\U0001f22f\U0001f232-\U0001f23a\U0001f250\U0001f251"
        "\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f7e0-\U0001f7eb\U0001f7f0\U0001f90c-\U0001f9ff\U0001fa70-\U0001faff"
    )
    # Characters that are text unless the emoji selector follows.
    picture = f"(?:[{alone}]\ufe0f?|[\u00a9\u00ae\u2122\u265f]\ufe0f)[\U0001f3fb-\U0001f3ff]?"
    tags = "[\U000e0020-\U000e007e]+\U000e007f"
    return re.compile(
        f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{picture}(?:{tags}|(?:\u200d{picture})+)?", re.UNICODE
    )


def _hashtag_pattern() -> re.Pattern[str]:
    # \\w has no combining marks, without which words in most scripts of India and Thailand would be cut short.
    points = [point for point in range(0x300, 0x10000) if unicodedata.category(chr(point)) in ("Mn", "Mc")]
    runs: list[list[int]] = []
    for point in points:
        if runs and runs[-1][1] == point - 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    marks = "".join(f"{chr(first)}-{chr(last)}" for first, last in runs)
    # Joiners, and characters that belong to words: middle dots, Japanese tildes and ditto marks, Hebrew and Tibetan points.
    letter = f"[\\w{marks}\u200c\u200d\u00b7\u0f0b\u0f0c\u05be\u05f3\u05f4\uff5e\u301c\u3003\u309b\u309c\u30fb]"
    return re.compile(rf"(?<![\w&/])[#＃](?={letter}*[^\W\d_]){letter}+(?!://|[#＃]|{letter})")


EMOJI = _emoji_pattern()
_HASHTAG = _hashtag_pattern()


@cache
def _top_level_domains() -> frozenset[str]:
    lines = resources.files(__package__).joinpath("tlds.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


def emoji(text: str) -> tuple[Span, ...]:
    """Emoji, one span per sequence (family, flag, keycap, skin tone)."""
    return tuple(Span(*match.span()) for match in EMOJI.finditer(text))


def is_emoji(text: str) -> bool:
    """Whether ``text`` is one emoji sequence and nothing else."""
    return EMOJI.fullmatch(text) is not None


def mentions(text: str) -> tuple[Span, ...]:
    return tuple(Span(*match.span()) for match in _MENTION.finditer(text))


def hashtags(text: str) -> tuple[Span, ...]:
    return tuple(Span(*match.span()) for match in _HASHTAG.finditer(text))


def urls(text: str) -> tuple[Span, ...]:
    """Links with or without a scheme, but not e-mail addresses."""
    spans: list[Span] = []
    position = 0
    scheme, bare = _SCHEME.search(text), _BARE_HOST.search(text)
    while position < len(text):
        # Search again only for a match that was passed, so that a text of many near-links takes linear time.
        scheme = _SCHEME.search(text, position) if scheme and scheme.start() < position else scheme
        bare = _BARE_HOST.search(text, position) if bare and bare.start() < position else bare
        first = min((m for m in (scheme, bare) if m), key=lambda m: m.start(), default=None)
        if first is None:
            break
        span = _with_scheme(text, first) if first is scheme else _without_scheme(text, first)
        if span is None:
            position = first.end()
            continue
        spans.append(span)
        position = span.end
    return tuple(spans)


def _with_scheme(text: str, match: re.Match[str]) -> Span | None:
    if match.start() and re.match(r"[A-Za-z0-9@＠$#＃]", text[match.start() - 1]):
        return None
    host = _HOST.match(text, match.end())
    end = host and _host_end(text, host.start(), host.end(), bare=False)
    if not end:
        return None
    return _extend_to_end(text, match.start(), match.end(), end)


def _without_scheme(text: str, match: re.Match[str]) -> Span | None:
    if match.start() and re.match(r"[A-Za-z0-9@＠$#＃\-_./&=?%+]", text[match.start() - 1]):
        return None
    end = _host_end(text, match.start(), match.end(), bare=True)
    if not end or _is_mail_address(text, end):
        return None
    return _extend_to_end(text, match.start(), match.start(), end)


def _is_mail_address(text: str, end: int) -> bool:
    """Whether what looked like a host is the start of an e-mail address ("first.last+list@example.com")."""
    return re.compile(r"[\w.+-]{0,64}@").match(text, end) is not None


def _host_end(text: str, start: int, end: int, *, bare: bool) -> int | None:
    """Where the longest valid host name within ``text[start:end]`` ends."""
    labels: list[tuple[int, int]] = []
    label_start = start
    for label in text[start:end].split("."):
        labels.append((label_start, label_start + len(label)))
        label_start += len(label) + 1
    for index in range(len(labels) - 1, 0, -1):
        left, right = labels[index]
        name = text[left:right]
        latin = re.match(r"[A-Za-z]+", name)
        candidates = [name] if not latin or latin.end() == len(name) else [latin.group()]
        if not latin and bare:
            # "twitter.みんな": the longest known ending at the start of the label.
            candidates = [name[:size] for size in range(len(name), 1, -1)]
        if latin and latin.end() < len(name) and re.match(r"[A-Za-z0-9@+\-_]", name[latin.end()]):
            continue
        for candidate in candidates:
            if candidate.lower() in _top_level_domains() and _labels_are_valid(text, labels[:index]):
                return left + len(candidate)
    return None


def _labels_are_valid(text: str, labels: list[tuple[int, int]]) -> bool:
    for i, (left, right) in enumerate(labels):
        label = text[left:right]
        allowed = r"[^\W_](?:[\w-]*[^\W_])?" if i < len(labels) - 1 else r"[^\W_](?:(?:[^\W_]|-)*[^\W_])?"
        if not re.fullmatch(allowed, label) and not re.fullmatch(r"[^\x00-\x7f]\w*", label):
            return False
        if label.isascii():
            size = len(label)
        else:
            try:
                size = len(label.encode("punycode")) + len("xn--")
            except UnicodeError:
                return False
        if size > MAX_LABEL or (label.lower().startswith("xn--") and not label.isascii()):
            return False
    return True


def _extend_to_end(text: str, start: int, host: int, end: int) -> Span | None:
    port = _PORT.match(text, end)
    if port:
        end = port.end()
    if text[host:end].lower() == "t.co":
        slug = re.compile(r"/[A-Za-z0-9]+").match(text, end)
        if slug:
            return None if slug.end() - end - 1 > MAX_SHORT_LINK_SLUG else Span(start, slug.end())
    path = _PATH.match(text, end)
    if path:
        end += len(_trim(path.group(), _PATH_END, shortest=1))
    query = _QUERY.match(text, end)
    if query:
        end += len(_trim(query.group(), _QUERY_END, shortest=0))
    return Span(start, end) if end - start <= MAX_URL else None


def _trim(part: str, last: re.Pattern[str], *, shortest: int) -> str:
    """``part`` without the punctuation of the sentence around it; brackets stay only in pairs."""
    open_brackets = 0
    size = 0
    for i, char in enumerate(part):
        if char == "(":
            open_brackets += 1
        elif char == ")":
            if not open_brackets:
                break
            open_brackets -= 1
        if last.match(char) and not (char == ")" and open_brackets):
            size = i + 1
    return part[: max(size, shortest)]
