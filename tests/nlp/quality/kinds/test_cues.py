from nlp.quality.kinds import cues


def test_phrases_of_several_words_are_found_anywhere_and_counted():
    assert cues.count(["we", "are", "hiring"])["vacancy"] == 2  # "we are hiring" and "hiring"
    assert cues.count(["so", "sorry", "for", "your", "loss"])["death"] == 1
    assert cues.count(["the", "pump", "leaks"]) == {}


def test_a_phrase_that_is_cut_off_does_not_count():
    assert "death" not in cues.count(["she", "passed"])
    assert cues.count(["she", "passed", "away"])["death"] == 1


def test_every_phrase_is_short_and_in_lower_case():
    for group in cues.groups():
        for phrase in cues.phrases(group):
            assert phrase == phrase.lower(), (group, phrase)
            assert 1 <= len(phrase.split()) <= cues.MAX_WORDS, (group, phrase)


def test_no_phrase_is_listed_twice_in_a_group():
    for group in cues.groups():
        assert len(set(cues.phrases(group))) == len(cues.phrases(group)), group
