"""Training data of names, on a few texts of our own."""

import random

import numpy as np
import pytest
from spacy.util import registry

from nlp.language.piece_embedding import NAME
from nlp.language.registrations import register
from nlp.language.tokens import blank
from nlp.training.language import entities, names, organisations, pack
from nlp.training.language.tagged import Tagged, bio, read_tagged, spans, to_doc
from nlp.training.language.transfer import start_from
from nlp.training.language.treebanks import Tree


def tagged(text, *marked):
    """``marked``: a label and a name of ``text`` each."""
    words = tuple(text.split())
    tags = ["O"] * len(words)
    for label, name in marked:
        parts = tuple(name.split())
        start = next(i for i in range(len(words)) if words[i : i + len(parts)] == parts)
        tags[start : start + len(parts)] = bio(label, len(parts))
    return Tagged(words, tuple(tags))


def read(tmp_path, text):
    (tmp_path / "posts.conll").write_text(text, encoding="utf-8")
    return read_tagged(tmp_path, "posts.conll")


def test_tagged_texts_have_whole_mentions_and_one_label_scheme(tmp_path):
    first_post = "@\tB-ORG\nAcme\tB-ORG\nmet\tO\n#\tB-location\nNew\tI-location\nYork\tI-location\n"
    first, second = read(tmp_path, first_post + "\nHer\tO\nX9\tB-product\n&amp;\tO\n")
    assert first == Tagged(("@Acme", "met", "#New", "York"), ("O", "O", "B-LOC", "I-LOC"))
    assert second == Tagged(("Her", "X9", "&"), ("O", "B-MISC", "O"))


def test_a_handle_that_begins_with_an_underscore_is_a_mention(tmp_path):
    assert read(tmp_path, "@\tB-PER\n_kim_\tB-PER\n@\tB-PER\n") == [Tagged(("@_kim_", "@"), ("O", "O"))]


def test_an_unknown_tag_is_a_missing_annotation_and_not_outside():
    doc = to_doc(blank().vocab, Tagged(("Anna", "sells", "in", "Ulm"), ("B-PER", "O", "O", "?")))
    assert [token.ent_iob_ for token in doc] == ["B", "O", "O", ""]


def test_replacement_names_are_varied_and_seeded():
    people = [names.person(random.Random(seed), 2) for seed in range(200)]
    assert people == [names.person(random.Random(seed), 2) for seed in range(200)]
    assert len({tuple(person) for person in people}) > 190
    assert all(word.isascii() for person in people for word in person)
    assert all(names.place(random.Random(seed)) for seed in range(100))
    assert len({tuple(names.other(random.Random(seed))) for seed in range(100)}) > 60


def test_organisations_are_those_marked_and_those_that_a_pattern_tells():
    annotated = [tagged("Lena works at Zorbix .", ("PER", "Lena"), ("ORG", "Zorbix")), tagged("Hull won .", ("LOC", "Hull"))]
    texts = [
        "She moved to Veltrano Foods Ltd in May.",
        "The CEO of Quorvix resigned.",
        "Quorvix employees were told first.",
        "A spokesman for Pellor said nothing.",  # told once: may be anything
        "The CEO of Hull was there.",  # marked as a place
        "The Great Group of us met.",  # begins with a common word
    ]
    known = organisations.collect(annotated, texts)
    assert {("Zorbix",), ("Veltrano", "Foods", "Ltd"), ("Quorvix",), ("Siemens",)} <= known
    assert not {("Pellor",), ("Hull",), ("Lena",), ("Great", "Group"), ("The", "Great", "Group")} & known


def test_posts_with_known_organisations_leave_other_names_open():
    known = frozenset({("Zorbix",), ("Veltrano", "Foods")})
    posts = ["we left Zorbix with Anna , and Veltrano Foods called", "I like Zorbix Maps", "no name here"]
    (post,) = organisations.posts_with(known, posts)
    assert spans(post) == [("ORG", 2, 3), ("ORG", 7, 9)]
    assert dict(zip(post.words, post.tags, strict=True))["Anna"] == "?"
    assert dict(zip(post.words, post.tags, strict=True))["with"] == "O"


def test_one_organisation_is_marked_in_few_posts():
    posts = [f"{count} people left Zorbix" for count in range(100)]
    assert len(list(organisations.posts_with(frozenset({("Zorbix",)}), posts))) == organisations.MAX_POSTS_PER_NAME


def test_a_set_without_other_names_does_not_teach_that_there_are_none():
    texts = [tagged("I love my iPhone and Minecraft"), tagged("Anna has a Pixel 8 .", ("PER", "Anna"))]
    first, second = entities._unsure_of(frozenset({("minecraft",), ("pixel", "8")}), texts)
    assert first.tags == ("O", "O", "O", "O", "O", "?")
    assert second.tags == ("B-PER", "O", "O", "?", "?", "O")


def test_nationalities_are_unknown():
    text = tagged("A German saw Star Wars", ("MISC", "German"), ("MISC", "Star Wars"))
    assert entities._without_nationalities(text).tags == ("O", "?", "O", "B-MISC", "I-MISC")


@pytest.mark.parametrize(
    ("kind", "pos", "tags"),
    [
        ("event", ("DET", "PROPN", "PROPN"), ["O", "B-MISC", "I-MISC"]),
        ("abstract", ("VERB", "VERB", "PROPN"), ["O", "O", "?"]),
        ("organization", ("VERB", "VERB", "PROPN"), ["O", "O", "B-ORG"]),
        ("object", ("DET", "ADJ", "NOUN"), ["O", "?", "O"]),
    ],
)
def test_names_that_a_treebank_links(kind, pos, tags):
    start = 0 if pos[0] == "DET" else 2
    blanks = ("_",) * 3
    tree = Tree("a", ("w",) * 3, (True,) * 3, pos, blanks, blanks, blanks, (-1, 0, 0), blanks, entities=((kind, start, 3),))
    assert entities._tags_of(tree) == tags


def test_names_start_from_the_vectors_of_syntax():
    register()
    shape = {"width": 16, "attrs": ["NORM", "SHAPE"], "rows": [50, 20]}
    encode = registry.architectures.get("spacy.MaxoutWindowEncoder.v2")
    build = registry.architectures.get("spacy.Tok2Vec.v2")
    plain = registry.architectures.get("spacy.MultiHashEmbed.v2")(**shape, include_static_vectors=False)
    pieces = registry.architectures.get(NAME)(**shape)
    models = [build(embed, encode(width=16, depth=1, window_size=1, maxout_pieces=2)) for embed in (plain, pieces)]
    nlp = blank()
    for model in models:
        model.initialize(X=[nlp.make_doc("we sold pumps")])
    source, target = models
    start_from(target, source)
    mixer = next(node for node in target.walk() if node.name == "maxout")
    mixer.get_param("W")[..., 2 * 16 :] = 0  # what word pieces add
    docs = [nlp.make_doc("Anna sold pumps to Zorbix")]
    assert np.allclose(target.predict(docs)[0], source.predict(docs)[0], atol=0.01)


def test_packing_keeps_the_vectors_that_names_were_trained_with(tmp_path):
    (tmp_path / "ner").mkdir()
    (tmp_path / "ner" / "model").write_bytes(b"old")
    (tmp_path / "meta.json").write_text("{}", encoding="utf-8")
    (tmp_path / "pieces.npz").write_bytes(b"vectors")
    pack._clear(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["pieces.npz"]
