import pytest

from nlp.language.text_cache import TextCache


def test_total_characters_stay_within_the_limit():
    cache = TextCache(100)
    for number in range(50):
        cache.put(f"text {number:04}", number)
    assert len(cache) == 11
    assert cache.characters == 99
    assert (cache.get("text 0039"), cache.get("text 0038")) == (39, None)


def test_the_least_recently_used_entry_is_evicted_first():
    cache = TextCache(100)
    for number in range(11):
        cache.put(f"text {number:04}", number)
    cache.get("text 0000")
    cache.put("text 0011", 11)
    assert (cache.get("text 0000"), cache.get("text 0001")) == (0, None)


def test_entries_expire_after_their_time_to_live():
    now = [0.0]
    cache = TextCache(1000, time_to_live=60, clock=lambda: now[0])
    cache.put("early", 1)
    now[0] = 30
    cache.put("late", 2)
    now[0] = 61
    assert (cache.get("early"), cache.get("late")) == (None, 2)
    assert len(cache) == 1


@pytest.mark.parametrize("length", [11, 500])
def test_a_text_longer_than_a_tenth_of_the_limit_is_not_cached(length):
    cache = TextCache(100)
    cache.put("a" * length, 1)
    assert (len(cache), cache.characters) == (0, 0)


def test_get_or_compute_computes_all_missing_texts_in_one_call():
    cache, calls = TextCache(100), []

    def compute(texts):
        calls.append(texts)
        return [len(text) for text in texts]

    cache.put("a", 1)
    assert cache.get_or_compute(["bb", "a", "bb", "ccc"], compute) == [2, 1, 2, 3]
    assert calls == [["bb", "ccc"]]
