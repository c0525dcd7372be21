from nlp.model import PROFILE_DIMENSIONS
from nlp.profiles import catalogue, measures


def test_catalogue_invariants():
    ids = [info.id for info in catalogue()]
    assert len(ids) == len(set(ids))
    assert all(info.dimension in PROFILE_DIMENSIONS and 0 <= info.points <= 20 for info in catalogue())
    assert all(measure.__doc__ for measure in measures.ALL)
