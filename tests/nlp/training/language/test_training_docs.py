"""Training data of the pipeline, on a few sentences of our own."""

import random
from collections import Counter

import pytest
from spacy.training import Example

from nlp.language.tokens import blank
from nlp.training.language.social import as_post
from nlp.training.language.syntax import _to_tagged_doc
from nlp.training.language.treebanks import paragraphs, read_trees, written
from nlp.training.language.treebanks import to_doc as tree_doc

BANK = """# newdoc id = a
# newpar id = a-p1
# sent_id = email-one
1-2\tWe've\t_\t_\t_\t_\t_\t_\t_\t_
1\tWe\twe\tPRON\tPRP\tCase=Nom\t3\tnsubj\t_\t_
2\t've\thave\tAUX\tVBP\tMood=Ind\t3\taux\t_\t_
3\tsold\tsell\tVERB\tVBN\tTense=Past\t0\troot\t_\t_
3.1\tit\tit\tPRON\tPRP\t_\t_\t_\t_\t_
4\tpumps\tpump\tNOUN\tNNS\tNumber=Plur\t3\tobj\t_\tSpaceAfter=No
5\t.\t.\tPUNCT\t.\t_\t3\tpunct\t_\t_

# sent_id = email-two
1\tGreat\tgreat\tADJ\tJJ\tDegree=Pos\t2\tamod\t_\t_
2\tnews\tnews\tNOUN\tNN\tNumber=Sing\t0\troot\t_\tSpaceAfter=No
3\t!\t!\tPUNCT\t.\t_\t2\tpunct\t_\t_

# newpar id = a-p2
# sent_id = email-three
1\tBye\tbye\tINTJ\tUH\t_\t0\troot\t_\t_

"""


@pytest.fixture
def trees(tmp_path):
    path = tmp_path / "bank.conllu"
    path.write_text(BANK, encoding="utf-8")
    return read_trees(path)


def test_a_treebank_is_read_as_written(trees):
    assert [written(tree) for tree in trees] == ["We've sold pumps.", "Great news!", "Bye"]
    assert [tree.opens for tree in trees] == ["document", "", "paragraph"]
    assert [tree.genre for tree in trees] == ["email"] * 3
    assert trees[0].heads == (2, 2, -1, 2, 2)
    assert [len(group) for group in paragraphs(trees)] == [2, 1]


def test_a_doc_has_the_annotations_of_its_trees(trees):
    doc = tree_doc(blank().vocab, trees[:2])
    assert doc.text == "We've sold pumps. Great news! "
    assert [sentence.root.text for sentence in doc.sents] == ["sold", "news"]
    assert (doc[3].lemma_, doc[3].tag_, doc[3].dep_, doc[3].head.text) == ("pump", "NNS", "obj", "sold")


@pytest.mark.parametrize("seed", range(60))
def test_sentences_made_into_a_post_keep_correct_trees(trees, seed):
    nlp = blank()
    posted = as_post(trees, random.Random(seed))
    for before, after in zip(trees, posted, strict=True):
        assert after.heads.count(-1) == 1
        assert all(-1 <= head < len(after) for head in after.heads)
        # Whatever was added, the root is the same word.
        assert after.lemmas[after.heads.index(-1)] == before.lemmas[before.heads.index(-1)]
        assert all(after.words)
    doc = tree_doc(nlp.vocab, posted)
    assert len(list(doc.sents)) == len(trees)
    Example(nlp.make_doc(doc.text), doc).get_aligned_parse()


def test_tags_that_do_not_determine_a_part_of_speech_leave_it_unannotated(trees):
    nlp = blank()
    known = {"we": {("PRON", "Case=Nom"): 3}, "to": {("PART", "_"): 3, ("ADP", "_"): 1}, "pumps": {("NOUN", "Number=Plur"): 2}}
    doc = _to_tagged_doc(
        nlp.vocab, ["RT", "@x", "we", "pumps", "to"], ["~", "@", "O", "N", "P"], {w: Counter(c) for w, c in known.items()}
    )
    assert [token.pos_ for token in doc] == ["X", "PROPN", "PRON", "NOUN", ""]
    assert [token.has_morph() for token in doc] == [True, True, True, True, False]
    assert str(doc[3].morph) == "Number=Plur"
