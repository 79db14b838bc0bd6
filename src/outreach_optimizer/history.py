"""Past invitations by site, mode and distance, from a CSV file: how many came of how many, never who.

A file holds a row per invitation, or a row per group with both counts. Columns that it does not need are ignored, those
that seem to tell who somebody is are refused.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar, get_args

from outreach_optimizer.csvtext import Record, Table
from outreach_optimizer.errors import InputError, Problem
from outreach_optimizer.fields import Mode
from outreach_optimizer.jsontext import listed, shown, suggestion

Read = TypeVar("Read")

MODES: tuple[Mode, ...] = get_args(Mode)
BANDS = ("<=15", "15-30", "30-45", ">45")
"""One-way minutes; a limit belongs to the band below it."""
BAND_LIMITS_MIN = (15, 30, 45)
LEAST = 3
"""Invitations of which a figure may be told (domain D.3: small cells)."""
MOST_MINUTES = 1440
MOST_PEOPLE = 10_000

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "site": ("site", "anlaufpunkt", "standort"),
    "mode": ("mode", "verkehrsmittel"),
    "distance_band": ("distance_band", "entfernung", "entfernungsband"),
    "minutes": ("minutes", "minuten", "wegzeit"),
    "invited": ("invited", "eingeladen"),
    "came": ("came", "erschienen", "gekommen"),
}
"""Names under which a column is known, without regard to capitals; the first one is ours."""
MODE_WORDS: Mapping[str, Mode] = {
    **{mode: mode for mode in MODES},
    **dict.fromkeys(("auto", "pkw"), "car"),
    **dict.fromkeys(("bus", "bahn", "öpnv", "oepnv", "bus und bahn"), "transit"),
    **dict.fromkeys(("fahrrad", "rad"), "bike"),
    **dict.fromkeys(("zu fuß", "zu fuss", "fuß", "fuss"), "walk"),
}
MODES_SHOWN = (*MODES, "auto", "bus und bahn", "fahrrad", "zu fuß")
CAME_WORDS: Mapping[str, bool] = {
    **dict.fromkeys(("1", "ja", "yes", "j", "y", "true", "wahr"), True),
    **dict.fromkeys(("0", "nein", "no", "n", "false", "falsch"), False),
}
PERSONAL = re.compile(
    r"((vor|nach|familien|geburts|first|last|full|sur|family)_?)?name|geb(urts|\.)?_?(datum|tag)?|(date_of_)?birth.*|dob"
    r"|(stra(ß|ss)e|street|hausn(umme)?r|adresse|address|anschrift|wohnort|plz|postleitzahl|zip)(_.*)?|e_?mail.*"
    r"|tel(efon|\.)?.*|phone.*|handy.*|mobil(nummer|telefon)?|iban|(kunden|bg)_?n(umme)?r\.?|customer_?(id|number|no)"
)
"""Names of columns that tell, or may tell, who somebody is."""


class Group(NamedTuple):
    """Clients who were invited to the same site, came by the same mode and from about as far."""

    site: str
    mode: Mode
    band: str


class History(NamedTuple):
    """How many came of how many who were invited, by group.

    Parameters
    ----------
    counts
        ``(came, invited)``; somebody was invited in each group.
    ignored
        Columns of the file that were not read.
    """

    counts: Mapping[Group, tuple[int, int]]
    ignored: tuple[str, ...]


def history_of(table: Table) -> History:
    """Counts of a table.

    Raises
    ------
    InputError
        A column is missing or personal, a cell cannot be understood, or fewer than `LEAST` people were invited.
    """
    names = _known(table.columns)
    problems = [*table.problems, *_column_problems(table.columns, names)]
    if any(problem.code in ("column_missing", "column_twice") for problem in problems):
        raise InputError(problems)
    cells = _Cells(names)
    counts: dict[Group, tuple[int, int]] = {}
    spelling: dict[str, str] = {}
    for record in table.records:
        found = _read(cells, record)
        if found is not None and found[2]:
            group, came, invited = found
            group = group._replace(site=spelling.setdefault(group.site.casefold(), group.site))
            before = counts.get(group, (0, 0))
            counts[group] = before[0] + came, before[1] + invited
    problems += cells.problems()
    total = sum(invited for _, invited in counts.values())
    if not problems and total < LEAST:
        problems.append(Problem("history_too_small", found=str(total), facts={"needed": LEAST}))
    if problems:
        raise InputError(sorted(problems, key=_line))
    return History(counts, tuple(name for name in table.columns if name not in names.values()))


def band_of(minutes: float) -> str:
    """Band of one-way minutes."""
    return BANDS[sum(minutes > limit for limit in BAND_LIMITS_MIN)]


class _Cells:
    """Reads cells and remembers those that it cannot; the same mistake in many rows is told once, with all lines."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self._wrong: dict[tuple[str, str, str], tuple[Problem, list[int]]] = {}

    def get(self, record: Record, column: str) -> str:
        return record.cells[self.names[column]]

    def word(self, record: Record, column: str, words: Mapping[str, Read], allowed: tuple[str, ...]) -> Read | None:
        found = words.get(self.get(record, column).casefold())
        if found is None:
            self.refuse(record, column, Problem("cell_choice", facts={"allowed": allowed}))
        return found

    def number(self, record: Record, column: str, most: int, *, whole: bool) -> float | None:
        text = self.get(record, column).replace(",", ".")
        value = float(text) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{0,9})?", text) else -1.0
        if 0 <= value <= most and (value.is_integer() or not whole):
            return value
        facts = {"least": 0, "most": most}
        problem = Problem("cell_count", facts=facts) if whole else Problem("cell_number", facts=facts)
        self.refuse(record, column, problem)
        return None

    def refuse(self, record: Record, column: str, problem: Problem) -> None:
        name, found = self.names[column], self.get(record, column)
        known = problem._replace(found=shown(found), facts={**problem.facts, "column": name})
        self._wrong.setdefault((problem.code, name, found), (known, []))[1].append(record.line)

    def problems(self) -> Iterator[Problem]:
        for problem, lines in self._wrong.values():
            where = {"line": lines[0], "lines": listed(map(str, lines))}
            yield problem._replace(facts={**problem.facts, **where})


def _known(columns: Iterable[str]) -> dict[str, str]:
    """Columns of the file by our name for them; minutes are not needed beside a band."""
    found: dict[str, str] = {}
    for ours, words in COLUMNS.items():
        for column in columns:
            if _folded(column) in words:
                found.setdefault(ours, column)
    if "distance_band" in found:
        found.pop("minutes", None)
    return found


def _column_problems(columns: Iterable[str], names: Mapping[str, str]) -> Iterator[Problem]:
    others = [column for column in columns if column not in names.values()]
    for column in dict.fromkeys(others):
        if PERSONAL.fullmatch(_folded(column)):
            yield Problem("personal_column", facts={"column": column})
    for needed in ("site", "mode", "minutes", "came"):
        if needed not in names and not (needed == "minutes" and "distance_band" in names):
            words = (*COLUMNS[needed], *(COLUMNS["distance_band"] if needed == "minutes" else ()))
            near = next(filter(None, (suggestion(word, others) for word in words)), {})
            yield Problem("column_missing", facts={"allowed": words, **near})


def _read(cells: _Cells, record: Record) -> tuple[Group, int, int] | None:
    """Group and counts of a row; None if something in it is wrong, which ``cells`` then knows."""
    site = cells.get(record, "site")
    if not site:
        cells.refuse(record, "site", Problem("cell_empty"))
    mode = cells.word(record, "mode", MODE_WORDS, MODES_SHOWN)
    band = _band(cells, record)
    counts = _counts(cells, record)
    if not site or mode is None or band is None or counts is None:
        return None
    return Group(" ".join(site.split()), mode, band), *counts


def _band(cells: _Cells, record: Record) -> str | None:
    if "distance_band" not in cells.names:
        minutes = cells.number(record, "minutes", MOST_MINUTES, whole=False)
        return None if minutes is None else band_of(minutes)
    written = cells.get(record, "distance_band").casefold().removesuffix("min").replace(" ", "")
    for given, plain in (("–", "-"), ("≤", "<="), ("bis", "<="), ("0-15", "<=15"), ("über", ">")):
        written = written.replace(given, plain)
    if written not in BANDS:
        cells.refuse(record, "distance_band", Problem("cell_choice", facts={"allowed": BANDS}))
        return None
    return written


def _counts(cells: _Cells, record: Record) -> tuple[int, int] | None:
    """How many came, and how many were invited: one, if there is no column for that."""
    if "invited" not in cells.names:
        came = cells.word(record, "came", CAME_WORDS, ("0", "1", "ja", "nein", "yes", "no"))
        return None if came is None else (int(came), 1)
    invited = cells.number(record, "invited", MOST_PEOPLE, whole=True)
    number = cells.number(record, "came", MOST_PEOPLE if invited is None else int(invited), whole=True)
    return None if invited is None or number is None else (int(number), int(invited))


def _line(problem: Problem) -> int:
    line = problem.facts.get("line")
    return line if isinstance(line, int) else 0


def _folded(column: str) -> str:
    return re.sub(r"[\s-]+", "_", column.strip().casefold())
