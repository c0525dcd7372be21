"""How long the search for duplicates takes among 1,000,000 stored items on PostgreSQL. Takes minutes to fill, so it is run by
name only: ``python -m tests.bench duplicates``."""

from __future__ import annotations

import json
import os
import secrets
import time
from dataclasses import replace
from datetime import timedelta
from random import Random

import psycopg
from sqlalchemy import Engine, make_url, text
from sqlalchemy.orm import Session

from server.activities.duplicates import find_original
from server.activities.fingerprint import compute_fingerprints
from server.core.clock import now
from server.core.database.engine import make_engine
from server.core.database.session import unit_of_work
from server.migrations.models import Base
from tests.bench.table import MissingPrerequisiteError, Row, row
from tests.databases import POSTGRES_URL, SECRET_KEYS, settings_for
from tests.factories import make_user

ITEMS = int(os.environ.get("REPUTE_BENCH_ITEMS", "1000000"))
USERS = 1_000
#: As of the labelled drafts of this project.
BANDS_PER_ITEM, SHINGLES_PER_ITEM, WORDS = 26, 87, 90
#: Stock phrases ("at the end of"): the commonest is in 2 of 100 items.
PHRASES = 2_000
SAMPLES = 300
URL = POSTGRES_URL.replace("postgresql+psycopg://", "postgresql://")


def require() -> None:
    try:
        psycopg.connect(URL, connect_timeout=2).close()
    except psycopg.OperationalError:
        raise MissingPrerequisiteError("duplicates: needs PostgreSQL (REPUTE_TEST_POSTGRES_URL)") from None


def measure() -> list[Row]:
    name = f"repute_gaming_{secrets.token_hex(4)}"
    with psycopg.connect(URL, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    engine = make_engine(settings_for(make_url(URL).set(database=name).render_as_string(hide_password=False)).sqlalchemy_url)
    try:
        _fill(engine)
        return _measure(engine)
    finally:
        engine.dispose()
        with psycopg.connect(URL, autocommit=True) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _fill(engine: Engine) -> None:
    Base.metadata.create_all(engine)
    with unit_of_work(engine) as session:
        first = min(make_user(session).id for _ in range(USERS))
    shingles = json.dumps([Random(1).randrange(2**32) for _ in range(SHINGLES_PER_ITEM)])
    # Not through the engine, whose statements have a time limit.
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("SET synchronous_commit = off")
        server.execute("SET maintenance_work_mem = '512MB'")
        server.execute("ALTER TABLE text_band DROP CONSTRAINT pk_text_band, DROP CONSTRAINT fk_text_band_activity_id_activity")
        server.execute("DROP INDEX ix_text_band_hash_activity_id")
        server.execute(
            "INSERT INTO activity (id, user_id, kind, source, external_id, state, occurred_at, recorded_at, text_hash, "
            "shingles, fingerprint_version) SELECT i, %s + i %% %s, 'linkedin-post', 'web', i, 'counted', "
            "now() - random() * interval '390 days', now(), md5(i::text), %s::json, 2 FROM generate_series(1, %s) i",
            (first, USERS, shingles, ITEMS),
        )
        # One of each item's hashes is a stock phrase, the commoner ones more often.
        server.execute(
            "INSERT INTO text_band (activity_id, hash) SELECT i, CASE WHEN n = 1 THEN floor(%s * power(random(), 2)) "
            "ELSE floor(random() * 9e18) END::bigint FROM generate_series(1, %s) i, generate_series(1, %s) n",
            (PHRASES, ITEMS, BANDS_PER_ITEM),
        )
        server.execute("CREATE INDEX ix_text_band_hash_activity_id ON text_band (hash, activity_id)")
        server.execute("CREATE INDEX ON text_band (activity_id, hash)")
        server.execute("VACUUM ANALYZE activity, text_band")


def _measure(engine: Engine) -> list[Row]:
    random = Random(2)
    words = ["".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(20_000)]
    rows = []
    cases = {"a new post": (WORDS, 0), "a new post with three stock phrases": (WORDS, 3), "a comment of 10 words": (10, 0)}
    with Session(engine) as session:
        user_id = session.execute(text("SELECT min(id) FROM user_account")).scalar_one()
        for case, (count, phrases) in cases.items():
            durations = []
            for _ in range(SAMPLES):
                draft = " ".join(random.choices(words, k=count))
                start = time.perf_counter()
                fingerprints = compute_fingerprints(draft, secret_keys=SECRET_KEYS)
                if phrases:
                    common = [int(PHRASES * random.random() ** 2) for _ in range(phrases)]
                    fingerprints = (replace(fingerprints[0], bands=(*fingerprints[0].bands, *common)),)
                at = now()
                assert find_original(session, fingerprints, user_id=user_id, since=at - timedelta(days=396), until=at) is None
                durations.append((time.perf_counter() - start) * 1000)
            rows.append(row("duplicates", f"{case}, among {ITEMS:,} items", "ms", durations))
            session.rollback()
    return rows
