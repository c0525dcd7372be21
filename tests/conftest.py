"""Fixtures for the server's tests: both databases, an application on each, and a live server in its own folder.

PostgreSQL is expected at ``REPUTE_TEST_POSTGRES_URL`` or on the usual local port, Redis at ``REPUTE_TEST_REDIS_URL``
likewise; if one is unreachable, its tests are skipped with the reason. Every module gets its own database."""

from __future__ import annotations

import gc
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
import redis
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session

from nlp import Coach, Draft
from server.app import App, create_app
from server.core import clock
from server.core.database.engine import make_engine
from server.core.settings import Settings
from server.security import passwords
from tests.databases import REDIS_URL, settings_for
from tests.live import LiveServer
from tests.temporary_databases import fill, temporary_database

#: The slowest files, by folder or name. They start first, so that no worker runs one alone at the end.
SLOWEST_FIRST = (
    "browser/test_behaviour_", "browser/test_firefox", "browser/test_pages", "browser/test_places", "browser/test_writing",
    "crash/", "browser/", "server/test_serving", "server/test_run", "server/demo", "server/",
)  # fmt: skip


# By default an example that takes more than 200 ms fails; on a busy machine any may.
hypothesis_settings.register_profile("repute", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("repute")


# A process holds half a million objects that live to its end, which each full collection looks through in vain.
gc.set_threshold(50_000, 20, 100)


class _Templates(BytecodeCache):
    """Compiled templates, which every application of this process would otherwise compile again."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


App.jinja_options = {"bytecode_cache": _Templates()}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests that use a database run on both, those marked ``sqlite_only`` on SQLite alone."""
    for name in ("database_url", "empty_database_url"):
        if name in metafunc.fixturenames:
            is_sqlite_only = metafunc.definition.get_closest_marker("sqlite_only") is not None
            metafunc.parametrize(
                name, ["sqlite"] if is_sqlite_only else ["sqlite", "postgresql"], indirect=True, scope="module"
            )


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        path = item.path.as_posix()
        return next((index for index, name in enumerate(SLOWEST_FIRST) if f"/tests/{name}" in path), len(SLOWEST_FIRST))

    items.sort(key=rank)


@pytest.fixture(scope="module", autouse=True)
def cheap_password_hashes() -> Iterator[None]:
    """A real hash takes 64 MiB and a tenth of a second of several cores. ``test_passwords.py`` tests those."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        passwords._dummy_hash.cache_clear()
        yield
        passwords._dummy_hash.cache_clear()


@pytest.fixture(scope="session")
def warm_coach() -> None:
    """Loads the language pipeline, because the server responds that it is busy if a draft has to wait for that."""
    Coach().assess(Draft("linkedin-post", "The first draft is read so that the next one is fast."))


@pytest.fixture(scope="session")
def redis_url() -> str:
    try:
        redis.Redis.from_url(REDIS_URL, socket_connect_timeout=1).ping()
    except redis.RedisError as error:
        pytest.skip(f"Redis is unreachable (REPUTE_TEST_REDIS_URL): {type(error).__name__}")
    return REDIS_URL


@pytest.fixture(scope="module")
def postgres_database() -> Iterator[str]:
    """The URL of an empty database that is dropped after the module."""
    with temporary_database() as url:
        yield url


@pytest.fixture(scope="module")
def empty_database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of an empty database per module, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('database') / 'repute.db'}"
    url: str = request.getfixturevalue("postgres_database")
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "repute.db"
    fill(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """The database's name."""
    with temporary_database() as url:
        fill(url)
        yield str(make_url(url).database)


@pytest.fixture(scope="module")
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a database per module, on SQLite and on PostgreSQL, with all tables and triggers and one organisation. Copied,
    because creating the tables takes PostgreSQL ten times longer."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("database") / "repute.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        with temporary_database(template=request.getfixturevalue("postgres_template")) as url:
            yield url


@pytest.fixture(scope="module")
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(settings_for(database_url).sqlalchemy_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_for(database_url, data=Path(tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def make_app(engine: Engine) -> Iterator[Callable[[Settings], Flask]]:
    """Creates applications on the module's database and closes their connections afterwards."""
    apps: list[Flask] = []

    def make(settings: Settings) -> Flask:
        apps.append(create_app(settings, engine))
        return apps[-1]

    yield make
    for app in apps:
        for app_engine in app.extensions["engines"]:
            app_engine.dispose()


@pytest.fixture(scope="module")
def app(make_app: Callable[[Settings], Flask], settings: Settings) -> Flask:
    app = make_app(settings)
    # Unexpected errors become 500 responses, as in production.
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """Begins a transaction on first use. Commit before sending a request: SQLite has a single writer."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """No new window of a rate limit begins during the test."""
    at = time.time()
    monkeypatch.setattr("server.security.limits.time", SimpleNamespace(time=lambda: at))


@pytest.fixture(scope="module")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """gunicorn with SQLite on a free port, with one user of each role."""
    server = LiveServer(tmp_path_factory.mktemp("live")).prepare()
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Makes it a certain moment for the server."""

    def to(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    return to
