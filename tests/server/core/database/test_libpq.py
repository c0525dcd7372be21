"""What SQLAlchemy accepts in a database's URL reaches PostgreSQL's library unchanged."""

from __future__ import annotations

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import make_url

from server.core.database.libpq import connection_parameters


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://127.0.0.1/repute", {"host": "127.0.0.1", "dbname": "repute"}),
        (
            "postgresql+psycopg://a%40b:two%20words%27%5C@db:6432/repute?sslmode=require",
            {
                "user": "a@b", "password": "two words'\\", "host": "db", "port": "6432", "dbname": "repute",
                "sslmode": "require",
            },
        ),
        ("postgresql:///repute?host=/run/postgresql", {"dbname": "repute", "host": "/run/postgresql"}),
    ],
)  # fmt: skip
def test_every_part_of_a_url_reaches_libpq(url, expected):
    parameters = connection_parameters(make_url(url))
    assert parameters == expected
    assert conninfo_to_dict(make_conninfo("", **parameters)) == expected
