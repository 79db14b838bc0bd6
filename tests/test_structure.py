from outreach_optimizer.faults import Fault, problem_of
from outreach_optimizer.instance import Instance
from outreach_optimizer.jsontext import listed, parse, pointer, shown, suggestion, tokens_of
from outreach_optimizer.structure import sound


def test_nothing_is_left_of_a_tree_without_what_it_cannot_do_without() -> None:
    kept = sound(Instance, {"name": "x"}, {})
    assert kept.value is None
    assert {problem.code for problem in kept.problems} == {"missing"}


def test_a_stand_in_is_taken_only_for_what_is_broken() -> None:
    tree = {"name": 5, "period": {"start": "2027-03-01", "end": "2027-03-15"}, "clients": []}
    stand_ins = {"name": "-", "period": {}, "offices": [], "sites": [], "sessions": [], "caseworkers": []}
    kept = sound(Instance, tree, stand_ins)
    assert kept.value is not None
    assert (kept.value.name, kept.value.period.start.year) == ("-", 2027)
    assert ("period",) not in kept.cuts


def test_a_complaint_without_a_sentence_of_its_own_still_names_place_and_value() -> None:
    problem = problem_of(Instance.model_json_schema(), {"name": 5}, Fault("brand_new", ("name",), 5))
    assert (problem.code, problem.pointer, problem.found) == ("not_valid", "/name", "5")


def test_pointers_are_escaped_and_read_back() -> None:
    assert pointer("a/b", 0, "~") == "/a~1b/0/~0"
    assert tokens_of("/a~1b/0/~0") == ["a/b", "0", "~"]
    assert pointer() == ""
    assert tokens_of("") == []


def test_values_are_shown_on_one_short_line() -> None:
    assert shown({"a": "x\ny\x9b"}) == '{"a": "x\\ny\\x9b"}'
    assert len(shown("x" * 500)) == 80


def test_long_lists_are_cut() -> None:
    assert listed(map(str, range(12))) == tuple(map(str, range(12)))
    assert listed(map(str, range(13)))[-2:] == ("11", "…")
    assert listed(()) == ("-",)


def test_a_similar_word_is_suggested_unless_there_are_too_many() -> None:
    assert suggestion(" RUHLA", ["ruhla", "treffurt"])["suggestion"] == "ruhla"
    assert suggestion("geisa", ["ruhla", "treffurt"]) == {}
    assert suggestion("ruhla1", [f"ruhla{number}" for number in range(500)]) == {}


def test_a_key_that_stands_twice_in_a_value_that_is_overwritten_is_not_told_twice() -> None:
    parsed = parse('{"a": {"b": 1, "b": 2}, "a": {"b": 1}, "c": [{"d": 1, "d": 2}]}')
    assert [(problem.code, problem.pointer) for problem in parsed.problems] == [
        ("key_twice", "/a"),
        ("key_twice", "/c/0/d"),
    ]
