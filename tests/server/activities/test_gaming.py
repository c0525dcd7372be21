"""What tricks earn, and that honest work which looks like one keeps its points. The table of tricks in the room's README is
checked here; ``python -m tests.server.activities.test_gaming`` measures it again."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from server.activities.fingerprint import NEAR_COPY_CONTAINMENT, compute_fingerprint
from server.activities.prose import has_sentences
from server.core.database import triggers
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.credit.verify import verify
from server.migrations.models import Base
from server.tuning.champion import ensure_champion
from tests.databases import SECRET_KEYS, settings_for
from tests.factories import make_organisation
from tests.server.activities.gaming.desk import MODES, play
from tests.server.activities.gaming.honest import HONEST, Honest
from tests.server.activities.gaming.texts import GOOD, labelled
from tests.server.activities.gaming.tricks import TRICKS, Trick

README = Path(__file__).parents[3] / "server/activities/README.md"
#: Points in each of ``MODES``, measured with these scenarios on the release before there were these rules (38b12ee).
BEFORE: dict[str, list[int]] = json.loads(
    Path(__file__).with_name("gaming").joinpath("before.json").read_text(encoding="utf-8")
)
BEGIN, END = "<!-- tricks: begin -->", "<!-- tricks: end -->"


@pytest.fixture(scope="module")
def champion(engine: Engine) -> None:
    with unit_of_work(engine) as session:
        ensure_champion(session)


@pytest.fixture
def played(session, champion, monkeypatch):
    """A function that plays a scenario in a mode of the organisation; nothing of it stays."""

    def run(scenario, mode):
        session.rollback()
        return play(session, monkeypatch, scenario, mode)

    yield run
    session.rollback()


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick.name)
def test_trick_earns_what_the_table_says(session, engine, played, trick: Trick):
    earned = []
    # Databases differ in none of it, so one mode is enough for the second.
    for mode in MODES if engine.dialect.name == "sqlite" else MODES[:1]:
        desk = played(trick.play, mode)
        earned.append(desk.earned)
        assert verify(session) == []
        # Nobody is accused: whatever the rep reads about it is a question or a fact about credit.
        for item in desk.tricks:
            if item is not None and item.state != "counted":
                assert "?" in item.reason or item.reason_code == "same-address"
    assert set(earned) == {0}
    assert row(trick, earned) in README.read_text(encoding="utf-8")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("honest", HONEST, ids=lambda honest: honest.name)
def test_honest_work_that_looks_like_a_trick_counts(played, honest: Honest, mode):
    items: list[object] = []
    played(lambda desk: items.extend(honest.play(desk)), mode)
    assert [getattr(item, "state", "refused") for item in items] == ["counted"] * len(items)


def test_table_has_every_trick_once():
    assert len({trick.name for trick in TRICKS}) == len(TRICKS) == len(BEFORE)
    part = README.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert part.count("\n| ") == len(TRICKS) + 2


@pytest.fixture(scope="module")
def fingerprints():
    return [(text, compute_fingerprint(text, secret=SECRET_KEYS.current)) for _, text, _ in labelled()]


def test_no_labelled_draft_is_taken_for_a_near_copy_of_another(fingerprints):
    """If one person had shared all 1,790, none would be refused as a near copy."""
    having: dict[int, list[int]] = {}
    closest = united = 0.0
    for number, (_, one) in enumerate(fingerprints):
        in_common = Counter(other for shingle in one.shingles for other in having.get(shingle, ()))
        if in_common:
            closest = max(closest, max(in_common.values()) / len(one.shingles))
            united = max(united, sum(shingle in having for shingle in one.shingles) / len(one.shingles))
        for shingle in one.shingles:
            having.setdefault(shingle, []).append(number)
    assert (round(closest, 2), round(united, 2)) == (0.29, 0.36)
    assert united < NEAR_COPY_CONTAINMENT - 0.1
    short = [set(one.variants) for _, one in fingerprints if one.variants]
    assert not any(a & b for a, b in combinations(short, 2))


def test_labelled_drafts_have_sentences():
    rated = [(text, mark) for _, text, mark in labelled() if mark]
    without = [mark for text, mark in rated if not has_sentences(text)]
    assert len(rated) > 1700
    assert len(without) <= 1
    assert all(mark < GOOD / 2 for mark in without)


# --- the table --------------------------------------------------------------------------------------------------------


def row(trick: Trick, earned: list[int]) -> str:
    return f"| {trick.name} | {_points(BEFORE[trick.name])} | {_points(earned)} | {trick.why} |"


def _points(values: list[int]) -> str:
    return " / ".join(map(str, values)) if len(set(values)) > 1 else str(values[0])


def measure() -> str:
    """The table, measured on a database of its own."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as monkeypatch:
        engine = make_engine(settings_for(f"sqlite:///{folder}/repute.db").sqlalchemy_url)
        with engine.begin() as connection:
            Base.metadata.create_all(connection)
            triggers.install(connection)
        with unit_of_work(engine) as session:
            make_organisation(session)
            ensure_champion(session)
        lines = ["| trick | earned before | earns now | why |", "| --- | --- | --- | --- |"]
        with Session(engine, expire_on_commit=False) as session:
            for trick in TRICKS:
                earned = []
                for mode in MODES:
                    earned.append(play(session, monkeypatch, trick.play, mode).earned)
                    session.rollback()
                lines.append(row(trick, earned))
        engine.dispose()
    return "\n".join(lines)


if __name__ == "__main__":
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    README.write_text(f"{before}{BEGIN}\n{measure()}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
