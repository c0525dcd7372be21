import pytest

from nlp.language import load


@pytest.fixture(scope="session")
def nlp():
    return load()
