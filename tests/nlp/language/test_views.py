from nlp.language import read
from nlp.language.views import MASK

TEXT = "Don’t buy 𝗻𝗼𝘄, @ann: see acme.com/x"
GERMAN = "Wir haben zwölf Pumpen an ein Krankenhaus verkauft, weil wir gefragt haben."


def test_views_of_one_text():
    views = read(TEXT).views
    assert views.raw == TEXT
    assert views.normalized == "Don't buy now, @ann: see acme.com/x"
    assert views.masked == f"Don't buy now, {MASK * 4}: see {MASK * 10}"
    assert views.prose == views.masked
    assert views.english == TEXT


def test_foreign_parts_are_masked_in_prose_and_cut_from_english():
    english = "We asked twelve buyers what had failed before, and nine of them named the form."
    views = read(f"{english}\n\n{GERMAN}").views
    assert views.masked == views.normalized == views.raw
    assert views.prose == f"{english}\n\n{MASK * len(GERMAN)}"
    assert views.english == english
