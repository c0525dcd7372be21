"""URLs of the test databases, and settings for an application that uses one."""

from __future__ import annotations

import os

import psycopg
import pytest

from server.core.secret_keys import SecretKeys
from server.core.settings import Settings

SECRET = "a key for tests that nobody else uses"
SECRET_KEYS = SecretKeys(SECRET.encode())
POSTGRES_URL = os.environ.get("REPUTE_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("REPUTE_TEST_REDIS_URL", "redis://127.0.0.1:6379/9")


def postgres_url() -> str:
    """PostgreSQL's URL; skips the test, with the reason, if it is unreachable."""
    url = POSTGRES_URL.replace("postgresql+psycopg://", "postgresql://")
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError as error:
        pytest.skip(f"PostgreSQL is unreachable (REPUTE_TEST_POSTGRES_URL): {type(error).__name__}")
    return url


def settings_for(database_url: str, **values: object) -> Settings:
    """With a limit of the coach's work that tests do not reach on a slow machine; the first text also loads the pipeline."""
    return Settings(**({"database_url": database_url, "secret_key": SECRET, "assess_per_minute": 1_000_000} | values))
