"""Style folders as companies keep them."""

import json

import pytest

from nlp.rules import RuleError
from nlp.rules.vale import Linter, styles


@pytest.fixture
def house(tmp_path):
    """A company's folder: two styles, one rule of them broken, a vocabulary and a configuration."""
    files = {
        "House/Words.yml": "extends: substitution\nmessage: \"'%s' not '%s'\"\nlevel: warning\nswap: {utilize: use}\n",
        "House/Bad.yml": "extends: existence\nmessage: x\ntokens:\n  - '('\n",
        "Brand/Acme.yml": "extends: existence\nmessage: x\nlevel: suggestion\ntokens: [synergy, pumpworks]\n",
        "config/vocabularies/Ours/accept.txt": "# what we are called\nPumpWorks\n(?i)blorf\n",
        "config/vocabularies/Ours/reject.txt": "guys\n",
        "ini": "StylesPath = .\nMinAlertLevel = suggestion\nVocab = Ours\n[*.{md,txt}]\nBasedOnStyles = House, Vale\n"
        "House.Words = error\nVale.Repetition = NO\n[*.md]\nBasedOnStyles = Brand\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_broken_rule_is_reported_and_the_others_still_load(house):
    loaded = styles.load(house)
    assert [rule.id for rule in loaded.rules] == ["Brand.Acme", "House.Words"]
    assert loaded.problems[0].startswith(f"{house}/House/Bad.yml:3:1: tokens: is not a valid regular expression")


def test_configuration_selects_rules_per_file(house):
    loaded = styles.load(house, house / "ini")
    levels = {name: {r.id: r.level for r in loaded.rules_for(name)} for name in ("a.txt", "b.md", "c.rst")}
    built_in = {"Vale.Spelling": "error", "Vale.Avoid": "error", "Vale.Terms": "error"}
    assert levels["a.txt"] == {"House.Words": "error"} | built_in
    # The last matching section sets the styles; settings of single rules add up.
    assert levels["b.md"] == {"Brand.Acme": "suggestion", "House.Words": "error"}
    assert levels["c.rst"] == {}


def test_min_alert_level_filters_rules(house):
    (house / "ini").write_text("MinAlertLevel = warning\n[*]\nBasedOnStyles = House, Brand\n", encoding="utf-8")
    assert [rule.id for rule in styles.load(house, house / "ini").rules_for("a.md")] == ["House.Words"]


def test_vocabulary_accepts_and_rejects_terms(house):
    (house / "ini").write_text("Vocab = Ours\n[*]\nBasedOnStyles = House, Brand, Vale\n", encoding="utf-8")
    linter = Linter(styles.load(house, house / "ini").rules_for("a.md"))
    alerts = {(a["Check"], a["Match"]) for a in linter.run("You guys at pumpworks blorf. PumpWorks has synergy.").alerts}
    assert alerts >= {
        ("Vale.Avoid", "guys"),
        ("Vale.Terms", "pumpworks"),
        ("Brand.Acme", "synergy"),
        ("Brand.Acme", "pumpworks"),
    }
    assert not {match for check, match in alerts if match in ("PumpWorks", "blorf")}


@pytest.mark.parametrize(
    ("ini", "reason"),
    [
        ("[*]\nBasedOnStyles = Nobody\n", "no style 'Nobody'"),
        ("Vocab = Nobody\n", "no vocabulary 'Nobody'"),
        ("MinAlertLevel = loud\n", "'loud' is not one of"),
    ],
)
def test_an_invalid_configuration_is_one_line(house, ini, reason):
    (house / "ini").write_text(ini, encoding="utf-8")
    with pytest.raises(RuleError, match=reason):
        styles.load(house, house / "ini")


@pytest.mark.parametrize(
    ("line", "reason"),
    [("nonsense", "is neither a section nor a key"), ("Transform = x.xsl", "has no effect here"), ("Lang = de", "no effect")],
)
def test_a_line_of_the_configuration_without_effect_is_reported_and_the_others_apply(house, line, reason):
    (house / "ini").write_text(f"{line}\n[*]\nBasedOnStyles = Brand\n", encoding="utf-8")
    loaded = styles.load(house, house / "ini")
    assert reason in loaded.problems[0]
    assert loaded.problems[0].startswith(f"{house}/ini:1:1: ")
    assert [rule.id for rule in loaded.rules_for("a.md")] == ["Brand.Acme"]


def test_a_vocabulary_symlink_loop_is_one_line(house):
    accept = house / "config/vocabularies/Ours/accept.txt"
    accept.unlink()
    accept.symlink_to("reject.txt")
    (house / "config/vocabularies/Ours/reject.txt").unlink()
    (house / "config/vocabularies/Ours/reject.txt").symlink_to("accept.txt")
    with pytest.raises(RuleError, match=r"accept\.txt:1:1: cannot be read"):
        styles.load(house, house / "ini")


def test_an_invalid_vocabulary_line_is_reported_and_the_others_apply(house):
    (house / "config/vocabularies/Ours/reject.txt").write_text("(\nguys\n", encoding="utf-8")
    loaded = styles.load(house, house / "ini")
    assert any("reject.txt:1:1: term: is not a valid regular expression" in problem for problem in loaded.problems)
    assert "Vale.Avoid" in {rule.id for rule in loaded.rules}


def test_a_vocabulary_of_thirty_thousand_terms(house):
    words = "".join(f"blorf{number}\n" for number in range(30_000))
    (house / "config/vocabularies/Ours/accept.txt").write_text(words, encoding="utf-8")
    linter = Linter(styles.load(house, house / "ini").rules_for("a.txt"))
    assert [a["Match"] for a in linter.run("The blorf29999 and the blarf met.").alerts] == ["blarf"]


@pytest.mark.parametrize(
    "ini",
    [
        "\ufeffMinAlertLevel = error # loud ones\n[*]\n  BasedOnStyles = House ; ours\n",
        "MinAlertLevel = error\n[*.{txt,md}]\nBasedOnStyles = Brand\n[a.*]\nBasedOnStyles = House\nHouse.words = NO\n",
    ],
)
def test_configuration_syntax_variants(house, ini):
    (house / "House/Words.yml").write_text("extends: existence\nmessage: x\nlevel: error\ntokens: [pump]\n", encoding="utf-8")
    (house / "ini").write_text(ini, encoding="utf-8")
    assert [rule.id for rule in styles.load(house, house / "ini").rules_for("a.md")] == ["House.Words"]


def test_configuration_enables_a_single_rule_of_another_style(house):
    (house / "ini").write_text("[*]\nBasedOnStyles = House\nBrand.Acme = YES\n", encoding="utf-8")
    assert [rule.id for rule in styles.load(house, house / "ini").rules_for("a.md")] == ["Brand.Acme", "House.Words"]


def test_a_folder_without_a_usable_rule_is_exit_code_2(tmp_path, call):
    (tmp_path / "House").mkdir()
    (tmp_path / "House/Bad.yml").write_text("extends: existence\nmessage: x\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text("text", encoding="utf-8")
    answer = call("lint", "--styles", str(tmp_path), str(tmp_path / "a.txt"))
    assert (answer.returncode, answer.stdout) == (2, b"")
    assert answer.stderr.decode().startswith(f"nlp: {tmp_path}/House/Bad.yml:1:1: tokens: ")


def test_an_unreadable_file_does_not_stop_the_others(house, call):
    (house / "a.txt").write_text("We utilize it.", encoding="utf-8")
    answer = call("lint", "--styles", str(house / "Brand"), str(house / "nope.txt"), str(house / "a.txt"), str(house))
    assert answer.returncode == 2
    assert json.loads(answer.stdout) == {}
    assert len(answer.stderr.splitlines()) == 2
