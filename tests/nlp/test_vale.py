"""Styles in Vale's format, as companies keep them."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from nlp.rules import RuleError, styles
from nlp.rules.load import build, load_rule
from nlp.rules.patterns import TIME_LIMIT, Limited
from nlp.rules.source import Source
from nlp.rules.vale import Linter

CONFORMANCE = Path(os.environ.get("REPUTE_CONFORMANCE", Path(__file__).parents[3] / "shared" / "conformance")) / "vale-styles"
TRIPS = yaml.safe_load(Path(__file__).with_name("published.yml").read_text(encoding="utf-8"))


def rule(**data):
    return build(Source(Path("House/Rule.yml"), {"message": "'%s'", "level": "error"} | data))


def said(text, **data):
    return [alert["Match"] for alert in Linter((rule(**data),)).run(text).alerts]


class TestKinds:
    def test_consistency_marks_the_spelling_that_came_second(self):
        either = {"advisor": "adviser", "centre": "center"}
        assert said("An advisor met an adviser and one more adviser.", extends="consistency", either=either) == ["adviser"] * 2
        assert said("An advisor met an advisor in the centre.", extends="consistency", either=either) == []

    def test_conditional_wants_what_introduces(self):
        acronym = {"first": r"\b([A-Z]{3,5})\b", "second": r"(?:\b[A-Z][a-z]+ )+\(([A-Z]{3,5})\)", "exceptions": ["API"]}
        text = "World Health Organization (WHO) and FDA met the WHO over an API."
        assert said(text, extends="conditional", **acronym) == ["FDA"]

    @pytest.mark.parametrize(
        ("match", "right", "wrong"),
        [
            ("$sentence", "# What our buyers ask", "# What Our Buyers Ask"),
            ("$sentence", "# Mind the API gap", "# mind The Gap In Sales"),
            ("$title", "# A Day at the Dock of Our Buyer", "# A day at The dock of our buyer"),
            ("$lower", "# all small", "# All small"),
            ("$upper", "# ALL LARGE", "# ALL Large"),
            (r"^Day \d+$", "# Day 3", "# Day three"),
        ],
    )
    def test_capitals_of_headings(self, match, right, wrong):
        assert said(right, extends="capitalization", match=match, scope="heading") == []
        assert said(wrong, extends="capitalization", match=match, scope="heading") == [wrong.removeprefix("# ")]
        assert said(wrong.removeprefix("# "), extends="capitalization", match=match, scope="heading") == []

    def test_exceptions_and_indicators_of_capitals(self):
        heading = {"extends": "capitalization", "match": "$sentence", "scope": "heading"}
        assert said("# Sell to Acme in Lyon", **heading) == ["Sell to Acme in Lyon"]
        assert said("# Sell to Acme in Lyon", exceptions=["Acme", "Lyon"], **heading) == []
        assert said("# Selling: Why we wait", indicators=[":"], threshold=0.9, **heading) == []

    def test_spelling(self):
        text = "We recieve Kubernetes ordrs in B2B, from ERPs and #hashtagg people."
        assert said(text, extends="spelling") == ["recieve", "Kubernetes", "ordrs"]
        assert said(text, extends="spelling", filters=["^Kube"]) == ["recieve", "ordrs"]

    def test_spelling_with_a_dictionary_and_a_list_of_ones_own(self, tmp_path):
        beside = tmp_path / "config" / "dictionaries"
        beside.mkdir(parents=True)
        (beside / "house.aff").write_text("SET UTF-8\nSFX S Y 1\nSFX S 0 s .\n", encoding="utf-8")
        (beside / "house.dic").write_text("2\npump/S\nour\n", encoding="utf-8")
        (tmp_path / "known.txt").write_text("blorf\n", encoding="utf-8")
        source = Source(
            tmp_path / "House" / "Rule.yml",
            {"extends": "spelling", "message": "%s", "dictionaries": ["house"], "ignore": ["known.txt"]},
        )
        linter = Linter((build(source, config=beside.parent),))
        assert [alert["Match"] for alert in linter.run("our pumps blorf valves").alerts] == ["valves"]

    def test_sequences_read_tags(self):
        tokens = [{"pattern": "need|needs"}, {"tag": "TO", "skip": 1}, {"tag": "VB"}]
        assert said("She needs to call him. He needs two pumps.", extends="sequence", tokens=tokens) == ["needs to call"]
        not_after = [{"tag": "DT"}, {"tag": "NN.*", "negate": True}]
        assert said("The pump failed.", extends="sequence", tokens=not_after) == []

    def test_occurrence_in_each_sentence(self):
        found = said("One two three. One two.", extends="occurrence", scope="sentence", token=r"\w+", max=2)
        assert found == ["One"]

    def test_a_metric(self):
        text = "We counted the pallets. " * 12
        assert said(text, extends="metric", formula="words / sentences", condition="> 3") == ["W"]
        assert said(text, extends="metric", formula="math.sqrt(words)", condition="> 9") == []

    def test_what_is_limited_speaks_so_often(self):
        assert said("bad bad bad", extends="existence", tokens=["bad"], limit=2) == ["bad"] * 2

    @pytest.mark.parametrize(
        ("action", "offered"),
        [
            ({"name": "replace", "params": ["good"]}, ["good"]),
            ({"name": "edit", "params": ["regex", "a", "–"]}, ["b–d"]),
            ({"name": "edit", "params": ["trim_right", "d"]}, ["ba"]),
            ({"name": "edit", "params": ["regex", "(", "x"]}, None),
            ({"name": "suggest", "params": ["spellings"]}, None),
        ],
    )
    def test_actions(self, action, offered):
        (alert,) = Linter((rule(extends="existence", tokens=["bad"], action=action),)).run("a bad pump").alerts
        assert alert["Action"] == {"Name": action["name"], "Params": offered}

    def test_a_substitution_that_looks_around_knows_which_of_its_patterns_it_was(self):
        swap = {r"(?:eg|e\.g\.)(?=[\s,;])": "for example", r"(i)\.(e)\.(?=\s)": "$2$1", "pump": "pump|valve"}
        linter = Linter((rule(extends="substitution", nonword=True, swap=swap, message="'%s' for '%s'"),))
        alerts = linter.run("One, e.g. two, i.e. a pump.").alerts
        assert [(alert["Match"], alert["Action"]["Params"]) for alert in alerts] == [
            ("e.g.", ["for example"]),
            ("i.e.", ["ei"]),
        ]

    def test_letters_that_are_not_ascii_are_letters(self):
        assert said("Un café en été", extends="existence", tokens=["caf", "été"]) == ["été"]

    def test_what_yaml_would_take_for_something_else_is_text(self, tmp_path):
        path = tmp_path / "R.yml"
        path.write_text("extends: existence\nmessage: x\ntokens: [yes, on, 1:30, 0x10, 007, ~]\n", encoding="utf-8")
        linter = Linter((load_rule(path),))
        alerts = linter.run("True at 1:30, yes 007 on 0x10.").alerts
        assert [alert["Match"] for alert in alerts] == ["1:30", "yes", "007", "on", "0x10"]

    def test_the_longest_of_a_substitution_comes_first(self):
        swap = {"app": "application", "app store": "App Store"}
        (alert,) = Linter((rule(extends="substitution", swap=swap, message="Use %s"),)).run("the app store").alerts
        assert (alert["Match"], alert["Message"]) == ("app store", "Use App Store")

    def test_exceptions_count_inside_a_match(self):
        assert said("foo bar and foo baz", extends="existence", tokens=["foo \\w+"], exceptions=["bar"]) == ["foo baz"]

    def test_words_said_twice(self):
        twice = {"extends": "repetition", "tokens": [r"[^\s]+"], "alpha": True}
        assert said("the\nthe pump 5 5 The the", **twice) == ["the\nthe"]
        assert said("The the pump", ignorecase=True, **twice) == ["The the"]

    def test_blocks_are_looked_at_one_by_one(self):
        most = {"extends": "occurrence", "token": "foo", "max": 2}
        assert said("foo foo.\n\nfoo foo.\n\nfoo.", **most) == []
        assert said("foo foo foo.", **most) == ["foo"]
        assert said("foo\n\nbar", extends="existence", tokens=[r"foo\s+bar"]) == []
        assert self._lines("# bad\n\n## bad\n\nbad", "~heading.h2") == [1, 5]

    def test_lines_that_end_in_two_characters(self):
        assert said("a foo\r\nb", extends="existence", raw=["foo$"]) == ["foo"]

    def test_a_list_of_scopes_and_what_they_leave_out(self):
        text = "# bad head\n\nbad text\n\n- bad item\n"
        lines = {scope: self._lines(text, scope) for scope in ("heading", "paragraph & ~heading", "list")}
        assert lines == {"heading": [1], "paragraph & ~heading": [3], "list": [5]}
        assert self._lines(text, ["heading", "list"]) == [1, 5]
        assert self._lines(text, "table") == []

    def _lines(self, text, scope):
        return [a["Line"] for a in Linter((rule(extends="existence", tokens=["bad"], scope=scope),)).run(text).alerts]

    def test_code_in_markdown_is_no_prose(self):
        linter = Linter((rule(extends="existence", tokens=["bad"]),))
        text = "`bad` one\n\n```\nbad\n```\nbad two"
        assert [alert["Line"] for alert in linter.run(text, markdown=True).alerts] == [6]
        assert len(linter.run(text).alerts) == 3


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


class TestFolders:
    def test_a_broken_rule_is_named_by_file_line_and_column_and_the_others_work(self, house):
        loaded = styles.load(house)
        assert [rule.info.id for rule in loaded.rules] == ["Brand.Acme", "House.Words"]
        assert loaded.problems[0].startswith(f"{house}/House/Bad.yml:3:1: tokens: is not a pattern")

    def test_a_configuration_says_which_rules_hold_for_which_file(self, house):
        loaded = styles.load(house, house / "ini")
        levels = {name: {r.info.id: r.level for r in loaded.of(name)} for name in ("a.txt", "b.md", "c.rst")}
        built_in = {"Vale.Spelling": "error", "Vale.Avoid": "error", "Vale.Terms": "error"}
        assert levels["a.txt"] == {"House.Words": "error"} | built_in
        # The last section that fits says the styles; single rules stay as any of them said.
        assert levels["b.md"] == {"Brand.Acme": "suggestion", "House.Words": "error"}
        assert levels["c.rst"] == {}

    def test_the_mildest_level_that_is_told(self, house):
        (house / "ini").write_text("MinAlertLevel = warning\n[*]\nBasedOnStyles = House, Brand\n", encoding="utf-8")
        assert [rule.info.id for rule in styles.load(house, house / "ini").of("a.md")] == ["House.Words"]

    def test_a_vocabulary_is_accepted_rejected_and_written_as_it_stands(self, house):
        (house / "ini").write_text("Vocab = Ours\n[*]\nBasedOnStyles = House, Brand, Vale\n", encoding="utf-8")
        linter = Linter(styles.load(house, house / "ini").of("a.md"))
        found = {(a["Check"], a["Match"]) for a in linter.run("You guys at pumpworks blorf. PumpWorks has synergy.").alerts}
        assert found >= {
            ("Vale.Avoid", "guys"),
            ("Vale.Terms", "pumpworks"),
            ("Brand.Acme", "synergy"),
            ("Brand.Acme", "pumpworks"),
        }
        assert not {match for check, match in found if match in ("PumpWorks", "blorf")}

    @pytest.mark.parametrize(
        ("ini", "reason"),
        [
            ("[*]\nBasedOnStyles = Nobody\n", "no style 'Nobody'"),
            ("Vocab = Nobody\n", "no vocabulary 'Nobody'"),
            ("MinAlertLevel = loud\n", "'loud' is not one of"),
            ("nonsense\n", "cannot be read"),
        ],
    )
    def test_a_wrong_configuration_is_one_clear_line(self, house, ini, reason):
        (house / "ini").write_text(ini, encoding="utf-8")
        with pytest.raises(RuleError, match=reason):
            styles.load(house, house / "ini")

    def test_a_vocabulary_that_leads_to_itself(self, house):
        accept = house / "config/vocabularies/Ours/accept.txt"
        accept.unlink()
        accept.symlink_to("reject.txt")
        (house / "config/vocabularies/Ours/reject.txt").unlink()
        (house / "config/vocabularies/Ours/reject.txt").symlink_to("accept.txt")
        with pytest.raises(RuleError, match=r"accept\.txt:1:1: cannot be read"):
            styles.load(house, house / "ini")

    def test_a_wrong_line_of_a_vocabulary_is_named_and_the_others_hold(self, house):
        (house / "config/vocabularies/Ours/reject.txt").write_text("(\nguys\n", encoding="utf-8")
        loaded = styles.load(house, house / "ini")
        assert any("reject.txt:1:1: term: is not a pattern" in problem for problem in loaded.problems)
        assert "Vale.Avoid" in {rule.info.id for rule in loaded.rules}

    def test_thirty_thousand_accepted_words(self, house):
        words = "".join(f"blorf{number}\n" for number in range(30_000))
        (house / "config/vocabularies/Ours/accept.txt").write_text(words, encoding="utf-8")
        linter = Linter(styles.load(house, house / "ini").of("a.txt"))
        assert [a["Match"] for a in linter.run("The blorf29999 and the blarf met.").alerts] == ["blarf"]

    @pytest.mark.parametrize(
        "ini",
        [
            "\ufeffMinAlertLevel = error # loud ones\n[*]\n  BasedOnStyles = House ; ours\n",
            "MinAlertLevel = error\n[*.{txt,md}]\nBasedOnStyles = Brand\n[a.*]\nBasedOnStyles = House\nHouse.words = NO\n",
        ],
    )
    def test_configurations_as_people_write_them(self, house, ini):
        (house / "House/Words.yml").write_text(
            "extends: existence\nmessage: x\nlevel: error\ntokens: [pump]\n", encoding="utf-8"
        )
        (house / "ini").write_text(ini, encoding="utf-8")
        assert [rule.info.id for rule in styles.load(house, house / "ini").of("a.md")] == ["House.Words"]

    def test_one_rule_of_a_style_that_is_not_named(self, house):
        (house / "ini").write_text("[*]\nBasedOnStyles = House\nBrand.Acme = YES\n", encoding="utf-8")
        assert [rule.info.id for rule in styles.load(house, house / "ini").of("a.md")] == ["Brand.Acme", "House.Words"]

    def test_a_folder_in_which_no_rule_works(self, tmp_path, call):
        (tmp_path / "House").mkdir()
        (tmp_path / "House/Bad.yml").write_text("extends: existence\nmessage: x\n", encoding="utf-8")
        (tmp_path / "a.txt").write_text("text", encoding="utf-8")
        answer = call("lint", "--styles", str(tmp_path), str(tmp_path / "a.txt"))
        assert (answer.returncode, answer.stdout) == (2, b"")
        assert answer.stderr.decode().startswith(f"nlp: {tmp_path}/House/Bad.yml:1:1: tokens: ")

    def test_a_file_that_cannot_be_read_keeps_no_other_from_being_linted(self, house, call):
        (house / "a.txt").write_text("We utilize it.", encoding="utf-8")
        answer = call("lint", "--styles", str(house / "Brand"), str(house / "nope.txt"), str(house / "a.txt"), str(house))
        assert answer.returncode == 2
        assert json.loads(answer.stdout) == {}
        assert answer.stderr.count(b"cannot be read") == 2


class TestHostile:
    """Clear errors, in bounded time."""

    @pytest.mark.parametrize("text", ["a" * 5_000 + "!", "b" + "a" * 29_000])
    def test_the_pattern_that_takes_for_ever_elsewhere(self, text):
        assert said(text, extends="existence", raw=["^(a+)+$"]) == []

    def test_a_pattern_that_looks_around_for_ever_switches_off_alone(self):
        slow = rule(extends="existence", raw=[r"^(?=(a|aa)+$)"])
        assert isinstance(slow.pattern, Limited)
        text = "a" * 200 + " bad"
        found = Linter((slow, rule(extends="existence", tokens=["bad"]))).run(text)
        assert [alert["Match"] for alert in found.alerts] == ["bad"]
        (problem,) = found.problems
        assert problem.endswith(f"the pattern takes longer than {TIME_LIMIT} seconds")

    def test_a_file_of_five_megabytes(self, tmp_path):
        path = tmp_path / "Big.yml"
        path.write_text("extends: existence\nmessage: x\ntokens:\n" + "  - word\n" * 600_000, encoding="utf-8")
        with pytest.raises(RuleError, match="larger than 1,000,000 bytes"):
            load_rule(path)

    def test_a_style_of_five_megabytes(self, tmp_path):
        style = tmp_path / "Wide"
        style.mkdir()
        for number in range(100):
            words = "".join(f"  - w{number}x{word}{'abcdefgh' * 3}\n" for word in range(1_500))
            (style / f"R{number}.yml").write_text(f"extends: existence\nmessage: x\ntokens:\n{words}", encoding="utf-8")
        assert sum(path.stat().st_size for path in style.iterdir()) > 5_000_000
        loaded = styles.load(tmp_path)
        assert (len(loaded.rules), loaded.problems) == (100, ())
        linter = Linter(loaded.rules)
        assert [a["Match"] for a in linter.run("w7x3abcdefghabcdefghabcdefgh and w7x").alerts] == [
            "w7x3abcdefghabcdefghabcdefgh"
        ]

    def test_a_hundred_thousand_tokens(self, tmp_path):
        path = tmp_path / "Many.yml"
        path.write_text("extends: existence\nmessage: x\ntokens: [" + "ab, " * 100_000 + "c]\n", encoding="utf-8")
        with pytest.raises(RuleError, match=r"Many\.yml:3:1: tokens: holds 100,001 items; a rule may have 20,000"):
            load_rule(path)

    def test_patterns_that_are_too_large_together(self):
        rules = [rule(extends="existence", tokens=[rf"foo(?:\W+\pL+){{1,{n}}}\W+bar"]) for n in range(60, 80)]
        named = [replace(one, info=replace(one.info, id=f"House.R{n}")) for n, one in enumerate(rules)]
        assert len(Linter(tuple(named)).run("foo pump bar").alerts) == 20

    def test_many_alerts_many_keys_many_back_ticks(self):
        assert len(said("foo bar\n" * 4_000, extends="existence", tokens=["foo"])) == 4_000
        swap = {f"w{number}": "x" for number in range(2_000)}
        assert len(said("w7 and w8. " * 200, extends="substitution", swap=swap)) == 400
        Linter((rule(extends="existence", tokens=["foo"]),)).run("`" * 10_000, markdown=True)

    def test_an_odd_action_offers_nothing(self):
        odd = rule(extends="existence", tokens=["bad"], action={"name": "edit", "params": ["truncate", ""]})
        assert Linter((odd,)).run("a bad pump").alerts[0]["Action"]["Params"] is None

    def test_a_section_for_a_million_files(self, house):
        (house / "ini").write_text("[" + "{a,b}" * 22 + "]\nBasedOnStyles = House\n", encoding="utf-8")
        with pytest.raises(RuleError, match="more than 1,000 patterns"):
            styles.load(house, house / "ini")

    @pytest.mark.parametrize(
        "text",
        [
            "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b, *b]\nextends: existence\nmessage: *c\ntokens: [a]\n",
            "extends: existence\nmessage: x\ntokens: " + "[" * 2_000 + "]" * 2_000,
            "extends: existence\nmessage: x\ntokens: [a]\nlevel: !!python/object/apply:os.system [ls]\n",
            "extends: existence\nmessage: x\ntokens: &a [*a]\n",
            "extends: substitution\nmessage: x\nswap: {a: [b]}\n",
            "extends: occurrence\nmessage: x\nmax: 1e999\ntoken: a\n",
            "a: &a {x: 1}\nb: &b {<<: [*a, *a]}\nextends: existence\nmessage: x\ntokens: [a]\n",
            "extends: existence\nmessage: x\ntokens: ['" + "(" * 3_000 + ")" * 3_000 + "']\n",
            "extends: existence\nmessage: x\ntokens: [a]\nlimit: " + "9" * 400 + "\n",
            "extends: metric\nmessage: x\nformula: " + "9" * 400 + "\ncondition: '> 1'\n",
            "extends: spelling\nmessage: x\nignore: [" + "n" * 300 + "]\n",
            "extends: existence\nmessage: x\ntokens: [a]\nrepute: {surfaces: 5}\n",
            "extends: existence\nmessage: x\ntokens: [a]\nrepute: {evidence: x}\n",
            "extends: existence\nmessage: x\ntokens: [a]\nrepute: {most: x}\n",
            "extends: sequence\nmessage: x\ntokens: [{pattern: a, skip: 100000}]\n",
            "extends: repetition\nmessage: x\ntokens: ['a{1000}{1000}{1000}']\n",
            "\0",
            "extends: [\n",
        ],
    )
    def test_malformed_files_are_one_clear_line(self, tmp_path, text):
        path = tmp_path / "Bad.yml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(RuleError) as caught:
            load_rule(path)
        assert str(caught.value).startswith(f"{path}:")
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 400


@pytest.mark.skipif(not CONFORMANCE.is_dir(), reason=f"no published styles at {CONFORMANCE}")
class TestPublished:
    """Styles as they are published, unchanged."""

    @pytest.mark.parametrize(("style", "rules"), [("Google", 31), ("Microsoft", 40), ("alex", 11), ("write-good", 8)])
    def test_every_rule_loads(self, style, rules):
        loaded = styles.load(CONFORMANCE / style)
        assert loaded.problems == ()
        assert len(loaded.rules) == len(list((CONFORMANCE / style).glob("*.yml"))) == rules

    @pytest.mark.parametrize("check", TRIPS)
    def test_every_rule_fires_on_a_text_made_to_trip_it(self, check):
        style, name = check.split(".")
        text, marked = TRIPS[check]
        alerts = Linter((load_rule(CONFORMANCE / style / f"{name}.yml"),)).run(text).alerts
        assert marked in [alert["Match"] for alert in alerts]

    def test_no_rule_is_left_out(self):
        assert set(TRIPS) == {rule.info.id for rule in styles.load(CONFORMANCE).rules}

    def test_they_answer_as_json(self, tmp_path, call):
        text = tmp_path / "post.md"
        text.write_text("So we obviously utilize it, e.g. in order to win.\n", encoding="utf-8")
        answer = call("lint", "--styles", str(CONFORMANCE), str(text))
        checks = {alert["Check"] for alert in json.loads(answer.stdout)[str(text)]}
        assert checks >= {"write-good.So", "write-good.TooWordy", "alex.Condescending", "Google.Latin", "Microsoft.Wordiness"}
