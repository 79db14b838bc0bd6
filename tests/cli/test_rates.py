"""``outreach rates``: past invitations by group, and an instance that is planned with them."""

import json
from pathlib import Path

import pytest

from outreach_optimizer.assumptions import Attendance
from outreach_optimizer.cli import main
from outreach_optimizer.errors import InputError
from outreach_optimizer.files import read_history, read_instance
from outreach_optimizer.generate import dump_instance, generate
from outreach_optimizer.history import Group, History, band_of
from outreach_optimizer.instance import Appointment, Instance, Pins
from outreach_optimizer.limits import Rules
from outreach_optimizer.rates import known_sites, rates_of, with_rates
from outreach_optimizer.saving import write_text
from outreach_optimizer.showup.strata import brier_left_out, estimate, fitted_prior
from outreach_optimizer.travel import fits, nearest_milli_min
from tiny import caseworker, client, instance, only, session, site, table

BROKEN = Path(__file__).parents[1] / "broken_csv"
ROWS = [
    ("Gerstungen", "car", "12.5", "1"),
    ("Gerstungen", "car", "15", "0"),
    ("Gerstungen", "car", "3", "1"),
    ("gerstungen", "car", "15.1", "1"),
    ("Gerstungen", "transit", "31", "0"),
    ("Wutha-Farnroda", "walk", "46", "1"),
]
COUNTS = {
    Group("Gerstungen", "car", "<=15"): (2, 3),
    Group("Gerstungen", "car", "15-30"): (1, 1),
    Group("Gerstungen", "transit", "30-45"): (0, 1),
    Group("Wutha-Farnroda", "walk", ">45"): (1, 1),
}
GERMAN = {"car": "Auto", "transit": "Bus und Bahn", "walk": "zu Fuß", "1": "ja", "0": "nein"}
MODES = "Allowed: car, transit, bike, walk, auto, bus und bahn, fahrrad, zu fuß."
ENCODING = "The file is no text in UTF-8 or Windows-1252 (line 1); only these are allowed."
FAULTS = {
    "many-faults": [
        'Line 2, 4, column came: this value is not allowed. Allowed: 0, 1, ja, nein, yes, no. Found: "2".',
        'Line 3, column site: something is missing here; it is required. Found: "".',
        f'Line 3, 4, column mode: this value is not allowed. {MODES} Found: "plane".',
        'Line 4, column minutes: a number from 0 to 1440 must stand here. Found: "-3".',
        f'Line 5, column mode: this value is not allowed. {MODES} Found: "".',
        'Line 5, column minutes: a number from 0 to 1440 must stand here. Found: "".',
        'Line 5, column came: this value is not allowed. Allowed: 0, 1, ja, nein, yes, no. Found: "".',
        "Line 6: the row has more cells than the first row; 5 are allowed. Found: 7.",
        'Line 7, column minutes: a number from 0 to 1440 must stand here. Found: "1e3".',
    ],
    "aggregated-faults": [
        'Line 2, column came: a whole number from 0 to 10 must stand here. Found: "11".',
        'Line 3, column distance_band: this value is not allowed. Allowed: <=15, 15-30, 30-45, >45. Found: "15-20".',
        'Line 4, column invited: a whole number from 0 to 10000 must stand here. Found: "2,5".',
        'Line 5, column invited: a whole number from 0 to 10000 must stand here. Found: "ten".',
        'Line 5, column came: a whole number from 0 to 10000 must stand here. Found: "-1".',
    ],
    "columns-missing": [
        "A column is missing. Allowed names: site, anlaufpunkt, standort.",
        "A column is missing. Allowed names: mode, verkehrsmittel. Maybe Verkehrsmitel is meant.",
        "A column is missing. Allowed names: came, erschienen, gekommen.",
    ],
    "column-twice": ['Line 1: this column stands there more than once; once is allowed. Found: "came".'],
    "personal-columns": [
        *(
            f"The column {name} may tell who somebody is. That is not needed; the file is allowed without this "
            "column only."
            for name in ("Name", "Vorname", "geb_datum", "Straße", "E-Mail")
        ),
        f'Line 2, column mode: this value is not allowed. {MODES} Found: "plane".',
    ],
    "empty": ["The file is empty; a first row with the names of the columns and a row per invitation are needed."],
    "header-alone": [
        "The file holds too few invitations to say anything about a group; 3 at least are needed. Found: 0."
    ],
    "too-few": ["The file holds too few invitations to say anything about a group; 3 at least are needed. Found: 2."],
    "quotation-mark-open": ["From line 3 on the quotation marks do not fit together; each one that opens must close."],
    "is-json": [
        "This is no CSV file but rather a JSON file. Maybe files are swapped; a CSV file of past invitations is needed."
    ],
    "utf-16": [f'{ENCODING} Found: 0xFF. Maybe it is UTF-16 ("Unicode" in the Windows editor).'],
    "is-excel": [f"{ENCODING} Found: 0x00. Maybe it is an Excel table or a ZIP archive."],
    "no-encoding": [f"{ENCODING.replace('line 1', 'line 2')} Found: 0x81."],
    "windows-1252-fault": [f'Line 2, column mode: this value is not allowed. {MODES} Found: "Fußweg".'],
}


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OUTREACH_LANG", raising=False)
    monkeypatch.setenv("COLUMNS", "100")


def csv_file(folder: Path, *, delimiter: str = ";", encoding: str = "utf-8", german: bool = False) -> Path:
    rows = [("site", "mode", "minutes", "came"), *ROWS]
    if german:
        rows = [("Anlaufpunkt", "Verkehrsmittel", "Minuten", "erschienen")]
        rows += [(s, GERMAN[mode], minutes.replace(".", ","), GERMAN[came]) for s, mode, minutes, came in ROWS]
    cells = [[f'"{cell}"' if delimiter in cell else cell for cell in row] for row in rows]
    path = folder / "past.csv"
    path.write_bytes("\r\n".join(delimiter.join(row) for row in [*cells, ["", "", "", ""]]).encode(encoding))
    return path


def many(site: str, *, came: int, invited: int, mode: str = "car", band: str = "<=15") -> str:
    return f"{site},{mode},{band},{invited},{came}\n"


def aggregated(folder: Path, *rows: str) -> Path:
    path = folder / "counts.csv"
    path.write_text("site,mode,distance_band,invited,came\n" + "".join(rows), encoding="utf-8")
    return path


def instance_file(folder: Path, made: Instance) -> Path:
    path = folder / "instance.json"
    write_text(path, dump_instance(made))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("german", [False, True])
def test_every_usual_kind_of_csv_gives_the_same_counts(
    tmp_path: Path, delimiter: str, encoding: str, german: bool
) -> None:
    history = read_history(csv_file(tmp_path, delimiter=delimiter, encoding=encoding, german=german))
    assert history == History(COUNTS, ())


def test_rows_with_counts_give_the_same_as_rows_of_invitations(tmp_path: Path) -> None:
    rows = [f"{g.site},{g.mode},{g.band},{invited},{came}\n" for g, (came, invited) in COUNTS.items()]
    path = aggregated(tmp_path, *rows[::-1], "Nobody,car,<=15,0,0\n", "Gerstungen,car,bis 15 min,2,1\n")
    assert read_history(path).counts == COUNTS | {Group("Gerstungen", "car", "<=15"): (3, 5)}


def test_limits_of_bands_belong_below() -> None:
    minutes = (0, 15, 15.001, 30, 30.5, 45, 45.1, 300)
    assert [band_of(value) for value in minutes] == ["<=15"] * 2 + ["15-30"] * 2 + ["30-45"] * 2 + [">45"] * 2


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_told_with_its_place_and_what_is_allowed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = BROKEN / f"{name}.csv"
    assert main(["rates", str(path), "--lang", "en"]) == 2
    captured = capsys.readouterr()
    assert captured.err.splitlines() == [f"{path}: {sentence}" for sentence in FAULTS[name]]
    assert captured.out == ""


def test_every_broken_file_is_tried() -> None:
    assert sorted(path.stem for path in BROKEN.iterdir()) == sorted(FAULTS)


@pytest.mark.parametrize("column", ["Telefonnummer", "PLZ", "Geburtsdatum", "date of birth", "BG-Nummer", "iban"])
def test_columns_that_tell_who_somebody_is_are_refused(column: str, tmp_path: Path) -> None:
    path = tmp_path / "past.csv"
    path.write_text(f"{column};site;mode;minutes;came\n" + "?;Treffurt;car;12;1\n" * 3, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_history(path)
    assert [problem.code for problem in caught.value.problems] == ["personal_column"]


def test_other_columns_are_ignored_with_a_remark(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "past.csv"
    path.write_text("Wochentag;site;mode;minutes;came\n" + "Mo;Treffurt;car;12;1\n" * 3, encoding="utf-8")
    assert main(["rates", str(path)]) == 0
    captured = capsys.readouterr()
    assert captured.err == "Nicht gebrauchte Spalten: Wochentag.\n"
    assert "Über eine einzelne Person sagen sie nichts." in captured.out


def test_a_missing_file_is_told_and_a_near_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    csv_file(tmp_path)
    assert main(["rates", str(tmp_path / "pasd.csv")]) == 2
    assert "past.csv" in capsys.readouterr().err


def test_groups_of_fewer_than_three_are_told_together_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = csv_file(tmp_path)
    assert main(["rates", str(path), "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "Wutha" not in told
    assert "transit" not in told
    (small,) = [line.split() for line in told.splitlines() if line.startswith("3 small groups")]
    assert small[5:7] == ["2", "3"]


def test_a_single_small_group_is_put_to_the_next_larger_one(tmp_path: Path) -> None:
    path = aggregated(
        tmp_path, many("A", came=6, invited=9), many("B", came=1, invited=2), many("C", came=2, invited=4)
    )
    strata = rates_of(read_history(path)).strata
    assert [[group.site for group in stratum.key] for stratum in strata] == [["A"], ["B", "C"]]
    assert [(stratum.came, stratum.invited) for stratum in strata] == [(6, 9), (3, 6)]


def test_rates_are_those_of_the_estimate_for_what_is_told(tmp_path: Path) -> None:
    rates = rates_of(read_history(csv_file(tmp_path)))
    assert rates.strata == estimate({s.key: (s.came, s.invited) for s in rates.strata}, rates.prior)
    assert (rates.came, rates.invited) == (4, 6)
    for stratum in rates.strata:
        assert min(rates.prior.mean, stratum.came / stratum.invited) <= stratum.rate
        assert stratum.rate <= max(rates.prior.mean, stratum.came / stratum.invited)
        assert stratum.low < stratum.rate < stratum.high


def test_the_score_is_better_than_one_rate_where_groups_differ(tmp_path: Path) -> None:
    different = aggregated(tmp_path, many("A", came=90, invited=100), many("B", came=20, invited=100))
    rates = rates_of(read_history(different))
    assert rates.brier < rates.brier_alone - 0.05
    alone = {"all": (110, 200)}
    assert rates.brier_alone == brier_left_out(alone, fitted_prior(alone))
    assert [(row.invited, row.came) for row in rates.calibration] == [(100, 20), (100, 90)]
    assert sum(row.expected for row in rates.calibration) == pytest.approx(110, abs=2)


def test_json_is_one_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rates", str(csv_file(tmp_path)), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["strata"][0]["groups"] == [{"site": "Gerstungen", "mode": "car", "band": "<=15"}]
    assert {"came", "invited", "rate", "low", "high"} < set(document["strata"][0])
    assert (document["came"], document["invited"], document["instance"]) == (4, 6, None)
    assert document["brier"] > 0


def test_clients_get_the_rate_of_their_group_and_others_what_is_expected(tmp_path: Path) -> None:
    before = generate("tiny", 1)
    near = nearest_milli_min(before)
    busy = before.sites[0]
    rows = [
        many(busy.id.upper(), came=1, invited=40, mode="car", band=band) for band in ("<=15", "15-30", "30-45", ">45")
    ]
    history, strangers = known_sites(
        read_history(aggregated(tmp_path, *rows, many("Elsewhere", came=9, invited=10))), before
    )
    assert strangers == ("Elsewhere",)
    rates = rates_of(history)
    applied = with_rates(before, rates)
    low = {s.key[0].band: s.rate for s in rates.strata if s.key[0].site == busy.name}
    changed = 0
    for someone, old, way in zip(applied.instance.clients, before.clients, near.tolist(), strict=True):
        assert someone.replace(show_rate=old.show_rate) == old
        if someone.show_rate != round(rates.prior.mean, 4):
            changed += 1
            assert someone.mode == "car"
            assert fits(someone, busy)
            assert someone.show_rate == round(low[band_of(way / 1000)], 4)
    assert 0 < changed == applied.known < len(before.clients)
    assert applied.known + applied.unknown == len(before.clients)


def test_the_nearest_site_that_suits_decides_and_an_unknown_way_is_no_group(tmp_path: Path) -> None:
    ways = {"c1": (10, 20), "c2": (20, 10), "c3": (10, 40), "c4": (None, 50), "c5": (None, None)}
    before = instance(
        sites=[site("steps", barrier_free=False), site("ramp")],
        clients=[client(name, barrier_free=name == "c3") for name in ways],
        travel=only(table("clients", ("steps", "ramp"), ways)),
    )
    rows = (
        many("steps", came=1, invited=50),
        many("ramp", came=10, invited=50),
        many("ramp", came=20, invited=50, band="30-45"),
        many("ramp", came=30, invited=50, band=">45"),
        many("steps", came=49, invited=50, mode="transit"),
    )
    rates = rates_of(read_history(aggregated(tmp_path, *rows)))
    applied = with_rates(before, rates)
    rate = {(s.key[0].site, s.key[0].mode, s.key[0].band): round(s.rate, 4) for s in rates.strata}
    assert [someone.show_rate for someone in applied.instance.clients] == [
        rate["steps", "car", "<=15"],
        rate["ramp", "car", "<=15"],
        rate["ramp", "car", "30-45"],
        rate["ramp", "car", ">45"],
        round(rates.prior.mean, 4),
    ]
    assert (applied.known, applied.unknown) == (4, 1)


def test_the_instance_is_written_with_everything_else_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = generate("tiny", 1).replace(attendance=Attendance(travel_per_min=0.01, reminder=0.5))
    source = instance_file(tmp_path, before)
    past = aggregated(tmp_path, many("Elsewhere", came=3, invited=9), many("Gerstungen", came=9, invited=9))
    assert main(["rates", str(past), "--apply", str(source), "--lang", "en"]) == 0
    captured = capsys.readouterr()
    assert "travel_per_min to 0" in captured.err
    assert "count for the whole only: Elsewhere." in captured.err
    assert str(tmp_path / "instance.rates.json") in captured.out
    after = read_instance(tmp_path / "instance.rates.json")
    assert after.clients != before.clients
    assert after.replace(clients=before.clients) == before
    assert read_instance(source) == before


def test_nothing_that_was_read_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    past, source = csv_file(tmp_path), instance_file(tmp_path, generate("tiny", 1))
    for target in (past, source):
        content = target.read_bytes()
        assert main(["rates", str(past), "--apply", str(source), "-o", str(target)]) == 2
        assert "überschreiben" in capsys.readouterr().err
        assert target.read_bytes() == content


def test_an_output_without_an_instance_is_no_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rates", str(csv_file(tmp_path)), "-o", str(tmp_path / "out.json")]) == 2
    assert "--apply" in capsys.readouterr().err
    assert not (tmp_path / "out.json").exists()


def test_a_broken_csv_writes_no_instance(tmp_path: Path) -> None:
    source = instance_file(tmp_path, generate("tiny", 1))
    assert main(["rates", str(BROKEN / "many-faults.csv"), "--apply", str(source)]) == 2
    assert list(tmp_path.iterdir()) == [source]


def test_an_instance_that_no_longer_keeps_its_pins_is_not_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pins = Pins(appointments=[pinned("c1"), pinned("c2")])
    before = instance(
        sites=[site("a", overbooking="slots")],
        sessions=[session("am", "a")],
        caseworkers=[caseworker("w1"), caseworker("w2")],
        clients=[client("c1", show_rate=0.1), client("c2", show_rate=0.1)],
        rules=Rules(walk_in_reserve=0, overflow_risk=0.2, max_wait_min=10),
        pins=pins,
    )
    source = instance_file(tmp_path, before)
    read_instance(source)
    past = aggregated(tmp_path, many("a", came=95, invited=100))
    assert main(["rates", str(past), "--apply", str(source), "--lang", "en"]) == 2
    assert "lane_load" in capsys.readouterr().err
    assert not (tmp_path / "instance.rates.json").exists()


def pinned(name: str) -> Appointment:
    return Appointment.model_validate({"client": name, "session": "am", "caseworker": "w1", "start": "09:00"})
