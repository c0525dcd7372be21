"""What editors send, on a live server with a personal token: the right words of the document, in the right sentences.

``annotated_note.json`` is a note, and what the Markdown library of Obsidian's and VS Code's extensions (annotatedtext-remark
0.8.0) makes of it with the interpretation of markup that each of them adds. The requests have the fields, headers and encoding
of the clients' sources: LanguageTool Integration and LanguageTool for Obsidian, LanguageTool Linter and LTeX for VS Code,
languagetool.el and langtool for Emacs, and LibreOffice."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import language_tool_python
import pytest
from language_tool_python.exceptions import LanguageToolError

from tests.live import LiveServer

pytestmark = pytest.mark.sqlite_only

TEXT = "🚀🚀 Our game-changing synergy solution is here. Thoughts?"
NOTE = json.loads(Path(__file__).with_name("annotated_note.json").read_text(encoding="utf-8"))
#: Of the note: rule, words in the document, and the sentence as it was read.
EXPECTED = [
    ("Repute.Hype", "game-changing", "Our game-changing synergy solution is here"),
    ("Repute.Buzzwords", "synergy", "Our game-changing synergy solution is here"),
    ("Repute.PlainWords", "utilize", "We utilize a simple framework in order to plan"),
    ("Repute.Wordiness", "in **order** to", "We utilize a simple framework in order to plan"),
    ("Repute.EmptyQuestion", "Thoughts?", "Thoughts?"),
]
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@pytest.fixture(scope="module")
def server(empty_database_url, tmp_path_factory):
    """gunicorn on each database."""
    server = LiveServer(tmp_path_factory.mktemp("editors"), database_url=empty_database_url).prepare()
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture(scope="module")
def token(server):
    return server.personal_token()


def post(server, body, **headers):
    request = urllib.request.Request(f"{server.base_url}/v2/check", body.encode(), {"Accept": JSON} | headers)  # noqa: S310
    with urllib.request.urlopen(request) as response:  # noqa: S310 (our own)
        assert response.headers["Content-Type"] == JSON
        return json.load(response)


def encode(**fields):
    """As JavaScript's encodeURIComponent."""
    return urlencode(fields, quote_via=quote, safe="!'()*")


def found(answer, document):
    units = document.encode("utf-16-le")
    return [
        (
            match["rule"]["id"],
            units[2 * match["offset"] : 2 * (match["offset"] + match["length"])].decode("utf-16-le"),
            match["sentence"].lstrip("•*# "),
        )
        for match in answer["matches"]
    ]


def credentials(token):
    return {"username": "rep@example.com", "apiKey": token}


def obsidian_integration(token):
    """Clemens-E/obsidian-languagetool-plugin, with its categories and a blank among the rules."""
    fields = {
        "data": json.dumps({"annotation": NOTE["obsidian"]}), "language": "auto", "enabledOnly": "false", "level": "default",
        "enabledCategories": "CREATIVE_WRITING,GENDER_NEUTRALITY", "disabledCategories": "TYPOS, CASING",
        "disabledRules": "Repute.OpensWithUs, WORD_REPEAT", "preferredVariants": "en-GB,de-DE",
    }  # fmt: skip
    return encode(**fields, **credentials(token)), {"Content-Type": FORM}


def obsidian(token):
    """wrenger/obsidian-languagetool, which marks the end of a block by an interpretation of no markup at all."""
    parts = [{"markup": "", "interpretAs": "\n\n"} if part.get("markup") == "" else part for part in NOTE["obsidian"]]
    variants = "en-US,de-DE,pt-BR,ca-ES"
    fields = {
        "data": json.dumps({"annotation": parts}), "language": "auto", "enabledOnly": "false", "level": "picky",
        "motherTongue": "de", "preferredVariants": variants,
    }  # fmt: skip
    return urlencode(fields | credentials(token)), {"Content-Type": FORM}


def vs_code_linter(token):
    """davidlday.languagetool-linter."""
    data = json.dumps({"annotation": NOTE["vs_code"]})
    fields = {"data": data, "language": "auto", "preferredVariants": "en-GB", "level": "default"}
    return encode(**fields, **credentials(token)), {"Accepts": JSON, "Content-Type": f"{FORM};charset=UTF-8"}


def ltex(token):
    """LTeX, which says that its form is JSON, and whose annotations have no offsets."""
    parts = [{name: part[name] for name in ("text", "markup", "interpretAs") if name in part} for part in NOTE["vs_code"]]
    fields = {"language": "en-US", "data": json.dumps({"annotation": parts}), "level": "picky", "motherTongue": "de-DE"}
    return urlencode(fields | credentials(token)), {"Content-Type": JSON}


@pytest.mark.parametrize("client", [obsidian_integration, obsidian, vs_code_linter, ltex], ids=lambda client: client.__name__)
def test_notes_with_markup_get_the_right_words_and_sentences(server, token, client):
    body, headers = client(token)
    answer = post(server, body, **headers)
    assert [match for match in found(answer, NOTE["document"]) if match in EXPECTED] == EXPECTED
    assert {sentence for _, _, sentence in found(answer, NOTE["document"])} <= {
        *(sentence for _, _, sentence in EXPECTED),
        "🚀 Notes from the depot",
    }
    # Each item of the list is a sentence of its own, although none ends with a full stop.
    document = NOTE["document"].encode("utf-16-le")
    ranges = [document[2 * start : 2 * end].decode("utf-16-le") for start, end in answer["sentenceRanges"]]
    for item in ("We moved the morning run", "The planners now see", "Two drivers asked"):
        assert sum(item in sentence for sentence in ranges) == 1
    assert not any("morning run" in sentence and "planners" in sentence for sentence in ranges)
    assert answer["language"]["detectedLanguage"]["confidence"] > 0.8


def test_vs_code_asks_whether_the_server_answers(server, token):
    body = encode(data='{"annotation":[{"text": "Ping"}]}', language="auto", **credentials(token))
    assert post(server, body, **{"Content-Type": f"{FORM};charset=UTF-8"})["matches"] == []


def test_a_client_that_sends_no_content_type_is_understood(server, token):
    """LibreOffice's library and Emacs send one; languagetool-rust and scripts may not."""
    address = urlsplit(server.base_url)
    body = urlencode({"text": TEXT, "language": "en-US", "apiKey": token}).encode()
    head = f"POST /v2/check HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(head.encode() + body)
        answer = b"".join(iter(lambda: connection.recv(65_536), b"")).decode()
    assert answer.startswith("HTTP/1.1 200 ")
    assert "Repute.EmptyQuestion" in answer


def test_emacs_languagetool_and_libreoffice_send_plain_text(server, token):
    with urllib.request.urlopen(f"{server.base_url}/v2/languages") as response:  # noqa: S310 (our own)
        assert response.status == 200
    fields = {"text": TEXT, "language": "auto", "apiKey": token, "username": "rep@example.com", "disabledRules": "Repute.Hype"}
    emacs = post(server, urlencode(fields, quote_via=quote), **{"Content-Type": FORM})
    libreoffice = f"text={quote(TEXT, safe='-._~')}&language=en-US&username=rep%40example.com&apiKey={token}"
    office = post(server, libreoffice, **{"Content-Type": FORM})
    for answer in (emacs, office):
        assert ("Repute.EmptyQuestion", "Thoughts?", "Thoughts?") in found(answer, TEXT)


def test_emacs_langtool_writes_its_request_by_hand(server, token):
    """It names the port in its Host header, closes its side, and accepts this content type alone."""
    address = urlsplit(server.base_url)
    body = urlencode({"language": "auto", "text": TEXT, "disabledRules": "", "apiKey": token}, quote_via=quote).encode()
    head = (
        f"POST /v2/check HTTP/1.1\r\nHost: {address.hostname}:{address.port}\r\nContent-length: {len(body)}\r\n"
        f"Content-Type: {FORM}\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(head.encode() + body)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65_536), b"")).decode()
    headers, _, content = answer.partition("\r\n\r\n")
    assert "\r\ncontent-type: application/json\r\n" in f"{headers.lower()}\r\n"
    assert ("Repute.EmptyQuestion", "Thoughts?", "Thoughts?") in found(json.loads(content), TEXT)


@pytest.fixture(scope="module")
def python_client(server, token):
    """language_tool_python, unchanged: the token is the password of the server's address. ``@`` in the name is %40."""
    address = urlsplit(server.base_url)
    remote = f"{address.scheme}://rep%40example.com:{token}@{address.netloc}"
    with language_tool_python.LanguageTool("en-US", remote_server=remote) as client:
        yield client


@pytest.fixture
def python_tool(python_client):
    yield python_client
    for choice in ("disabled_rules", "enabled_rules", "disabled_categories", "enabled_categories"):
        setattr(python_client, choice, set())
    python_client.enabled_rules_only = python_client.picky = False
    python_client.language = "en-US"


def quoted(matches, text):
    # The package's matched_text slices by code points, which is wrong after an emoji with LanguageTool's own server, too.
    return {(match.rule_id, text[match.offset : match.offset + match.error_length]) for match in matches}


def test_language_tool_python_gets_the_right_words(python_tool):
    matches = python_tool.check(TEXT)
    assert {("Repute.EmptyQuestion", "Thoughts?"), ("Repute.OpensWithUs", "Our game-changing synergy solution")} <= quoted(
        matches, TEXT
    )
    (question,) = (match for match in matches if match.rule_id == "Repute.EmptyQuestion")
    assert question.sentence == "Thoughts?"
    assert python_tool.correct("We met in order to plan the route.") == "We met to plan the route."


def test_language_tool_python_chooses_rules_categories_and_the_level(python_tool):
    text = f"Each salesman will utilize it. {TEXT}"
    everything = {match.rule_id: match.category for match in python_tool.check(text)}
    assert {"Repute.EmptyQuestion", "Repute.PlainWords"} <= everything.keys()
    python_tool.disabled_rules = {"Repute.EmptyQuestion"}
    assert {match.rule_id for match in python_tool.check(text)} == everything.keys() - {"Repute.EmptyQuestion"}
    python_tool.disabled_rules = set()
    python_tool.disabled_categories = {everything["Repute.PlainWords"]}
    assert {match.category for match in python_tool.check(text)} == set(everything.values()) - {everything["Repute.PlainWords"]}
    python_tool.disabled_categories = set()
    python_tool.enabled_rules, python_tool.enabled_rules_only = {"Repute.EmptyQuestion"}, True
    assert [match.rule_id for match in python_tool.check(text)] == ["Repute.EmptyQuestion"]
    python_tool.enabled_rules, python_tool.enabled_rules_only = set(), False
    python_tool.picky = True
    assert {match.rule_id for match in python_tool.check(text)} == everything.keys() | {"Repute.InclusiveWords"}


def test_language_tool_python_shows_our_errors(server, python_tool):
    with pytest.raises(LanguageToolError, match=r"^Error: text must be at most 30,000 UTF-16 code units long\.$"):
        python_tool.check("x" * 30_001)
    address = urlsplit(server.base_url)
    remote = f"{address.scheme}://me:rpt_guess@{address.netloc}"
    refused = pytest.raises(LanguageToolError, match=r"^Error: This token is invalid, expired or revoked\. Create one at ")
    with language_tool_python.LanguageTool("en-US", remote_server=remote) as stranger, refused:
        stranger.check(TEXT)


def test_errors_and_texts_are_not_in_the_log(server, token):
    with pytest.raises(urllib.error.HTTPError):
        post(server, urlencode({"text": "Zyxqcanary", "language": "de-DE", "apiKey": token}), **{"Content-Type": FORM})
    post(server, urlencode({"text": "Zyxqcanary is a depot.", "language": "en", "apiKey": token}), **{"Content-Type": JSON})
    log = server.log.read_text()
    assert "Zyxqcanary" not in log
    assert token not in log
