"""What every rule and every family of inequalities owes the house: its files, its place in the lists, its sentences."""

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import outreach_optimizer
from outreach_optimizer.constraints import CONSTRAINTS
from outreach_optimizer.model.constraints import ENCODERS
from outreach_optimizer.model.strengthen import INEQUALITIES
from outreach_optimizer.texts import load

TESTS = Path(__file__).parent
SOURCE = Path(inspect.getfile(outreach_optimizer)).parent
NAME = "outreach_optimizer"
SAYING = (f"{NAME}.constraints", f"{NAME}.objectives", f"{NAME}.checker", f"{NAME}.kpis")
ENCODING = (f"{NAME}.model", f"{NAME}.solver", "ortools")
READ = tuple(
    f"{NAME}.{module}"
    for module in ("fields", "limits", "instance", "schedule", "travel", "outlook", "violation", "calendar_de")
)
"""All that a definition reads of this package."""


def stems(*folders: str) -> set[str]:
    return {path.stem for path in SOURCE.joinpath(*folders).glob("*.py")} - {"__init__"}


def imports(path: Path) -> Iterator[str]:
    """Full names of all that a file imports, inside functions as well."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative imports hide what is read"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def parts(module: ModuleType, names: set[str]) -> set[str]:
    """Which of the names are functions of a module itself."""
    found = inspect.getmembers(module, inspect.isfunction)
    return {name for name, function in found if name in names and function.__module__ == module.__name__}


def test_every_file_of_a_rule_is_in_the_list_and_the_lists_have_one_order() -> None:
    assert stems("constraints") == stems("model", "constraints") == set(CONSTRAINTS)
    assert list(CONSTRAINTS) == list(ENCODERS)
    assert stems("model", "strengthen") == set(INEQUALITIES)
    proofs = {path.stem.removeprefix("test_") for path in (TESTS / "constraints").glob("test_*.py")}
    assert proofs == set(CONSTRAINTS)
    assert {path.stem.removeprefix("test_") for path in (TESTS / "strengthen").glob("test_*.py")} == set(INEQUALITIES)


@pytest.mark.parametrize("rule", CONSTRAINTS)
def test_a_rule_has_one_name_and_three_files(rule: str) -> None:
    definition = CONSTRAINTS[rule]
    assert definition is getattr(import_module(f"{NAME}.constraints.{rule}"), rule)
    assert definition.__name__ == rule
    assert ENCODERS[rule] is import_module(f"{NAME}.model.constraints.{rule}")
    assert parts(ENCODERS[rule], {"narrow", "encode"})
    proof = (TESTS / "constraints" / f"test_{rule}.py").read_text(encoding="utf-8")
    assert all(part in proof for part in ("agree(", "violations(", f'"{rule}"'))


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("rule", CONSTRAINTS)
def test_a_rule_has_sentences(rule: str, lang: str) -> None:
    texts = load("de" if lang == "de" else "en")
    for part in ("title", "what", "why", "reference", "limit", "example"):
        assert texts.has(f"rule.{rule}.{part}")
    assert texts.has(f"reason.{rule}")


@pytest.mark.parametrize("rule", CONSTRAINTS)
def test_a_docstring_says_what_the_rule_is_and_names_the_requirement(rule: str) -> None:
    docstring = inspect.getdoc(CONSTRAINTS[rule]) or ""
    assert docstring.partition("\n")[0].endswith(".")
    assert "docs/requirements.md, R" in docstring


def test_the_model_does_not_read_the_definitions() -> None:
    for path in (SOURCE / "model").rglob("*.py"):
        assert not [module for module in imports(path) if within(module, SAYING)], path


def test_definitions_know_neither_the_model_nor_each_other() -> None:
    for path in (SOURCE / "constraints").glob("*.py"):
        own = [module for module in imports(path) if within(module, (NAME,))]
        listed = (f"{NAME}.constraints",) if path.stem == "__init__" else ()
        assert all(within(module, READ + listed) for module in own), path


def test_encoders_do_not_know_each_other() -> None:
    for kind in ("constraints", "objectives", "strengthen"):
        for path in (SOURCE / "model" / kind).glob("*.py"):
            others = [module for module in imports(path) if within(module, (f"{NAME}.model.{kind}",))]
            assert path.stem == "__init__" or not others, path


def test_the_checker_needs_no_solver() -> None:
    code = "import sys, outreach_optimizer.checker; print(*sorted(sys.modules), sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert f"{NAME}.constraints.tour" in loaded
    assert not [module for module in loaded if within(module, ENCODING)]


@pytest.mark.parametrize("name", INEQUALITIES)
def test_inequalities_name_the_rules_of_their_proof(name: str) -> None:
    module = INEQUALITIES[name]
    assert module is import_module(f"{NAME}.model.strengthen.{name}")
    assert parts(module, {"strengthen"})
    assert module.NEEDS
    assert set(CONSTRAINTS) >= module.NEEDS
    assert "Proof." in (module.__doc__ or "")
