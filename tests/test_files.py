"""Files of users: what they may contain, and that writing never loses an old one."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from outreach_optimizer.errors import InputError, Problem
from outreach_optimizer.files import read_boundaries, read_instance, read_schedule
from outreach_optimizer.instance import Instance
from outreach_optimizer.saving import check_writable, write_text
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.texts import load

VALID = Path(__file__).parent / "valid_small.json"
DUTY = {"session": "wutha-0302", "caseworker": "w1"}
APPOINTMENT = {"client": "c1", "session": "wutha-0302", "caseworker": "w1", "start": "09:00"}
RING = [[10, 50], [11, 50], [11, 51], [10, 50]]
AREA = {"type": "Polygon", "coordinates": [RING]}


def problems_of(call: Callable[[], object]) -> list[tuple[str, str, object]]:
    with pytest.raises(InputError) as raised:
        call()
    for problem in raised.value.problems:
        for lang in ("de", "en"):
            assert load(lang).problem_text(problem).startswith(problem.file)
    return [(problem.code, problem.pointer, problem.found) for problem in raised.value.problems]


def hint_of(call: Callable[[], object]) -> Problem:
    with pytest.raises(InputError) as raised:
        call()
    return raised.value.problems[0]


@pytest.fixture
def instance() -> Instance:
    return read_instance(VALID)


@pytest.fixture
def written(tmp_path: Path) -> Callable[[object], Path]:
    def write(tree: object) -> Path:
        path = tmp_path / "file.json"
        path.write_text(json.dumps(tree), encoding="utf-8")
        return path

    return write


def test_an_instance_written_as_json_reads_back_equal(instance: Instance, tmp_path: Path) -> None:
    path = tmp_path / "copy.json"
    write_text(path, instance.model_dump_json(indent=2))
    again = read_instance(path)
    assert again == instance
    assert again.digest == instance.digest


def test_a_byte_order_mark_is_accepted(instance: Instance, tmp_path: Path) -> None:
    path = tmp_path / "bom.json"
    path.write_bytes(b"\xef\xbb\xbf" + VALID.read_bytes())
    assert read_instance(path) == instance


def test_a_file_that_does_not_exist_is_told_with_a_name_that_is_close(tmp_path: Path) -> None:
    (tmp_path / "march.json").touch()
    path = tmp_path / "mach.json"
    assert problems_of(lambda: read_instance(path)) == [("file_missing", "", None)]
    assert hint_of(lambda: read_instance(path)).facts["suggestion"] == "march.json"
    assert problems_of(lambda: read_instance(tmp_path / "no" / "x.json")) == [("folder_missing", "", None)]
    assert problems_of(lambda: read_instance(tmp_path / "march.json" / "x.json")) == [("folder_missing", "", None)]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert problems_of(lambda: read_instance(tmp_path)) == [("file_is_folder", "", None)]


def test_a_name_that_no_file_can_have_is_told(tmp_path: Path) -> None:
    assert problems_of(lambda: read_instance(tmp_path / ("x" * 300))) == [("file_unreadable", "", None)]
    assert problems_of(lambda: write_text(tmp_path / ("x" * 300), "")) == [("write_failed", "", None)]


def test_a_file_without_permission_is_told(tmp_path: Path) -> None:
    path = tmp_path / "secret.json"
    path.touch(mode=0o000)
    root = os.geteuid() == 0
    if root:  # who may read everything; nobody (65534) may not
        os.seteuid(65534)
    try:
        assert problems_of(lambda: read_instance(path)) == [("file_unreadable", "", None)]
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.parametrize(
    ("data", "found", "hint"),
    [
        (b"PK\x03\x04\xff\xff", "0xFF", "zip"),
        ("{}".encode("utf-16-le"), "0x00", "utf16"),
        (b'{"name": "plain text for a while and then", \0}', "0x00", "binary"),
        (b'{"name": "M\xfcller"}', "0xFC", "windows1252"),
    ],
)
def test_another_encoding_is_recognized(data: bytes, found: str, hint: str, tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(data)
    assert problems_of(lambda: read_instance(path)) == [("not_utf8", "", found)]
    assert hint_of(lambda: read_instance(path)).facts == {"line": 1, "hint": hint}


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("  \n", "file_empty", None),
        ('{"a": tru}', "json_syntax", None),
        ('{"a": True}', "json_syntax", "python_word"),
        ("{'a': 1}", "json_syntax", "quotes"),
        ('{"a": 1,', "json_truncated", None),
        ('{"a": "b', "json_truncated", None),
        ('{"a": [1,]}', "json_syntax", "trailing_comma"),
        ("# comment\n{}", "json_syntax", "comment"),
        ('{"a": 1,5}', "json_syntax", "decimal_comma"),
        ("{} {}", "json_extra", None),
        ('{"a": ' * 41 + "1" + "}" * 41, "too_deep", None),
        ("3", "top_not_object", None),
    ],
)
def test_text_that_is_no_json_object_is_refused(text: str, code: str, hint: str | None, tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_text(text, encoding="utf-8")
    problem = hint_of(lambda: read_instance(path))
    assert (problem.code, problem.facts.get("hint")) == (code, hint)


@pytest.mark.parametrize("version", [0, True, "1", 1.0, None])
def test_a_version_that_never_was_is_refused(version: object, written: Callable[[object], Path]) -> None:
    path = written({"version": version})
    assert problems_of(lambda: read_instance(path)) == [("not_a_choice", "/version", json.dumps(version))]


def test_a_plan_made_by_hand_needs_duties_and_appointments_only(
    instance: Instance, written: Callable[[object], Path]
) -> None:
    schedule = read_schedule(written({"duties": [DUTY], "appointments": [APPOINTMENT]}), instance)
    assert schedule.crew(schedule.duties[0].session) == ("w1",)
    assert schedule.appointments[0].start == 9 * 60
    assert read_schedule(written({}), instance) == Schedule()


def test_a_plan_written_as_json_reads_back_equal(instance: Instance, tmp_path: Path) -> None:
    plan = Schedule.model_validate(
        {
            "instance": {"name": "x", "sha256": instance.digest},
            "duties": [DUTY],
            "uninvited": [{"client": "c2", "reason": "max_travel", "facts": {"max_travel": 2}}],
            "proof": {"status": "OPTIMAL", "objective": 1.5, "bound": 1, "gap": 0.3, "seed": 0, "workers": 1}
            | {"versions": {"x": "1"}},
        }
    )
    write_text(tmp_path / "plan.json", plan.model_dump_json())
    assert read_schedule(tmp_path / "plan.json", instance) == plan


def test_everything_wrong_with_a_plan_is_told_at_once(instance: Instance, written: Callable[[object], Path]) -> None:
    plan = {
        "format": "outreach-plan",
        "duties": [DUTY, {"session": "wutha-0303", "caseworker": "w1"}, DUTY, {"session": 5, "caseworker": "w1"}],
        "appointments": [APPOINTMENT | {"client": "c9"}, APPOINTMENT, APPOINTMENT, APPOINTMENT | {"start": "9.00"}],
        "uninvited": [{"client": "c8", "reason": "outweighed"}],
    }
    assert problems_of(lambda: read_schedule(written(plan), instance)) == [
        ("unknown_id", "/duties/1/session", '"wutha-0303"'),
        ("entry_twice", "/duties/2", None),
        ("not_text", "/duties/3/session", "5"),
        ("unknown_id", "/appointments/0/client", '"c9"'),
        ("entry_twice", "/appointments/2", None),
        ("not_clock", "/appointments/3/start", '"9.00"'),
        ("unknown_id", "/uninvited/0/client", '"c8"'),
    ]


def test_a_plan_may_break_every_rule(instance: Instance, written: Callable[[object], Path]) -> None:
    other = APPOINTMENT | {"session": "dermbach-0311", "caseworker": "w2", "start": "23:59"}
    assert read_schedule(written({"appointments": [APPOINTMENT, other]}), instance).by_client.keys() == {"c1"}


def test_an_instance_is_no_plan(instance: Instance, written: Callable[[object], Path]) -> None:
    assert problems_of(lambda: read_schedule(VALID, instance)) == [("is_instance", "", None)]
    assert problems_of(lambda: read_schedule(written({"clients": []}), instance)) == [("is_instance", "", None)]
    assert hint_of(lambda: read_schedule(VALID, instance)).facts == {"hint": "needs_plan"}
    assert problems_of(lambda: read_instance(written({"duties": []}))) == [("is_plan", "", None)]
    assert problems_of(lambda: read_boundaries(VALID)) == [("is_instance", "", None)]


@pytest.mark.parametrize(
    "tree",
    [
        AREA,
        {"type": "MultiPolygon", "coordinates": [[RING], [RING, RING]]},
        {"type": "Feature", "properties": None, "geometry": AREA},
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "geometry": AREA}, {"type": "Feature", "geometry": None}],
        },
    ],
)
def test_boundaries_become_a_feature_collection(tree: dict[str, object], written: Callable[[object], Path]) -> None:
    read = read_boundaries(written(tree))
    geometry = tree if "coordinates" in tree else AREA
    assert read == {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {}, "geometry": geometry}],
    }


@pytest.mark.parametrize(
    ("tree", "code", "pointer"),
    [
        ({}, "missing", "/type"),
        ({"type": "Point", "coordinates": [10, 50]}, "not_a_choice", "/type"),
        ({"type": "FeatureCollection"}, "missing", "/features"),
        ({"type": "FeatureCollection", "features": {}}, "not_list", "/features"),
        ({"type": "FeatureCollection", "features": []}, "no_areas", "/features"),
        ({"type": "FeatureCollection", "features": [5]}, "not_object", "/features/0"),
        ({"type": "FeatureCollection", "features": [AREA]}, "not_a_choice", "/features/0/type"),
        ({"type": "Feature"}, "missing", "/geometry"),
        ({"type": "Feature", "geometry": 5}, "not_object", "/geometry"),
        ({"type": "Feature", "geometry": {"type": "LineString"}}, "not_a_choice", "/geometry/type"),
        ({"type": "Feature", "geometry": {"type": "Polygon"}}, "missing", "/geometry/coordinates"),
        ({"type": "Feature", "geometry": AREA, "properties": []}, "not_object", "/properties"),
        ({"type": "Polygon", "coordinates": []}, "not_a_ring", "/coordinates"),
        ({"type": "Polygon", "coordinates": [RING[:3]]}, "not_a_ring", "/coordinates/0"),
        ({"type": "Polygon", "coordinates": [[*RING[:3], [12, 50]]]}, "ring_open", "/coordinates/0/3"),
        ({"type": "Polygon", "coordinates": [[[10, "50"], *RING]]}, "not_a_position", "/coordinates/0/0"),
        ({"type": "Polygon", "coordinates": [[[10, 91], *RING]]}, "not_a_position", "/coordinates/0/0"),
        ({"type": "Polygon", "coordinates": [[[10, float("nan")], *RING]]}, "not_a_position", "/coordinates/0/0"),
        ({"type": "MultiPolygon", "coordinates": [RING]}, "not_a_ring", "/coordinates/0/0"),
    ],
)
def test_boundaries_that_cannot_be_drawn_are_refused(
    tree: dict[str, object], code: str, pointer: str, written: Callable[[object], Path]
) -> None:
    path = written(tree)
    assert [found[:2] for found in problems_of(lambda: read_boundaries(path))][:1] == [(code, pointer)]


def test_projected_coordinates_are_recognized(written: Callable[[object], Path]) -> None:
    path = written({"type": "Polygon", "coordinates": [[[32589000, 5645000]] * 4]})
    assert hint_of(lambda: read_boundaries(path)).facts == {"hint": "projected"}


def test_a_file_is_written_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "plan.txt"
    write_text(path, "Plan für Ruhla\n€\n")
    assert path.read_bytes() == "Plan für Ruhla\n€\n".encode()
    write_text(path, "x\n")
    assert path.read_bytes() == b"x\n"
    assert list(path.parent.iterdir()) == [path]


def test_permissions_of_an_old_file_stay(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.touch()
    path.chmod(0o640)
    write_text(path, "new")
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    link, target = tmp_path / "link.json", tmp_path / "target.json"
    link.symlink_to(target)
    write_text(link, "new")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "new"


@pytest.mark.parametrize("call", [check_writable, lambda path: write_text(path, "new")])
def test_a_place_that_cannot_be_written_is_told(call: Callable[[Path], object], tmp_path: Path) -> None:
    file, folder = tmp_path / "file", tmp_path / "folder"
    file.write_text("old", encoding="utf-8")
    (folder / "inner").mkdir(parents=True)
    assert problems_of(lambda: call(folder)) == [("write_is_folder", "", None)]
    assert problems_of(lambda: call(file / "plan.json")) == [("write_folder", "", None)]
    assert problems_of(lambda: call(file / "deep" / "plan.json")) == [("write_folder", "", None)]
    assert file.read_text(encoding="utf-8") == "old"
    assert sorted(tmp_path.iterdir()) == [file, folder]


def test_trying_a_place_leaves_it_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "new" / "plan.json"
    check_writable(path)
    assert list(path.parent.iterdir()) == []
    path.write_text("old", encoding="utf-8")
    check_writable(path)
    assert path.read_text(encoding="utf-8") == "old"
    check_writable(Path(os.devnull))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_device_is_told() -> None:
    assert problems_of(lambda: write_text(Path("/dev/full"), "new")) == [("write_full", "", None)]


def test_a_device_is_written_to_and_not_replaced() -> None:
    write_text(Path(os.devnull), "new")
    assert not Path(os.devnull).is_file()


FULL_DISK = """
import resource, sys
from pathlib import Path
from outreach_optimizer.errors import InputError
from outreach_optimizer.saving import write_text
before = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
try:
    write_text(Path(sys.argv[1]), "x" * 100_000)
except InputError as error:
    print(error.problems[0].code)
resource.setrlimit(resource.RLIMIT_FSIZE, before)  # coverage writes its own file at exit
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of file sizes")
def test_the_old_file_stays_when_the_disk_is_full(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("old", encoding="utf-8")
    run = subprocess.run([sys.executable, "-c", FULL_DISK, str(path)], capture_output=True, text=True, check=True)
    assert run.stdout == "write_full\n"
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]
