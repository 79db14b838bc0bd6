"""Whether a file can be written is known before long work."""

from pathlib import Path

import pytest

from outreach_optimizer.errors import InputError
from outreach_optimizer.saving import check_writable


def test_an_existing_file_stays_as_it_is(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text("old", encoding="utf-8")
    check_writable(plan)
    assert plan.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [plan]


def test_a_missing_folder_is_made_and_left_empty(tmp_path: Path) -> None:
    check_writable(tmp_path / "new" / "plan.json")
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize(("name", "code"), [("", "write_is_folder"), ("file/plan.json", "write_folder")])
def test_a_folder_or_a_file_in_the_way_is_refused(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        check_writable(tmp_path / name)
    assert [problem.code for problem in caught.value.problems] == [code]
