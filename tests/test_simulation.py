"""The simulation against exact figures, against outcomes worked out by hand, and against planted faults."""

import math
import tracemalloc
from collections import Counter
from itertools import product

import numpy as np
import pytest

from outreach_optimizer.generate import generate
from outreach_optimizer.instance import Appointment, Duty, Instance
from outreach_optimizer.outlook import outlook
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.simulation import SessionTrial, Simulation, simulate
from outreach_optimizer.simulation.figures import Figure, Sums, family, figure
from outreach_optimizer.simulation.process import Events, Stage, happen, stage
from tiny import caseworker, client, instance, plan, session, site

MODES = ("none", "session", "slots")
DUTIES = "am-w1 am-w2 day-w1 day-w2"
APPOINTMENTS = """
c1-am-w1-09:00 c2-am-w1-09:00 c3-am-w2-09:00 c4-am-w1-11:00 c5-am-w1-11:00 c6-am-w2-11:00
d1-day-w1-09:00 d2-day-w1-09:00 d3-day-w2-09:00 d4-day-w1-14:00 d5-day-w1-10:00 d6-day-w2-11:00
d7-day-w1-13:00 d8-day-w2-14:00 d9-day-w2-14:00
"""
PLAN = plan(DUTIES, APPOINTMENTS)


def town(mode: str = "session", **rates: float) -> Instance:
    """A morning, and a day with a break in which two people have longer talks."""
    given = [0.9, 0.3, 0.65, 1, 0.5, 0, 0.7, 0.6, 0.85, 0.4, 0.95, 0.8, 0.55, 0.35, 0.75]
    names = [f"c{n}" for n in range(1, 7)] + [f"d{n}" for n in range(1, 10)]
    return instance(
        sites=(site("ruhla"),),
        sessions=(
            session("am", "ruhla", end="12:00"),
            session("day", "ruhla", on=1, end="15:00", breaks=({"start": "12:00", "end": "13:00"},)),
        ),
        caseworkers=(caseworker("w1"), caseworker("w2")),
        clients=tuple(
            client(name, show_rate=rates.get(name, rate), slots=2 if name in {"d3", "d5"} else 1)
            for name, rate in zip(names, given, strict=True)
        ),
        rules={"overbooking": mode},
    )


def lane(rates: dict[str, float], starts: dict[str, str], **fields: object) -> tuple[Instance, Schedule]:
    """One caseworker, one session of three slots unless told otherwise, a lane of their own."""
    plain = {"start": "09:00", "end": "12:00"} | fields
    small = instance(
        sites=(site("ruhla"),),
        sessions=(session("am", "ruhla", **plain),),  # type: ignore[arg-type]  # fields of a session
        caseworkers=(caseworker("w1"),),
        clients=tuple(client(name, show_rate=rate) for name, rate in rates.items()),
        rules={"overbooking": "slots"},
    )
    return small, plan("am-w1", " ".join(f"{name}-am-w1-{start}" for name, start in starts.items()))


def crowded_month(mode: str) -> tuple[Instance, Schedule]:
    """Eleven people in each of eight sessions of the month, two or three to a slot; longer talks as they come."""
    month = generate("month", 1)
    month = month.replace(rules=month.rules.replace(overbooking=mode))
    crew = [one.id for one in month.caseworkers[:2]]
    duties: list[Duty] = []
    appointments: list[Appointment] = []
    waiting = iter(month.clients)
    for held in month.sessions[:8]:
        duties += [Duty(session=held.id, caseworker=one) for one in crew]
        seats = product(held.slot_starts(month.slot_min), crew)
        for (start, one), someone in zip([*seats] * 2, [next(waiting) for _ in range(11)], strict=False):
            appointments.append(Appointment(client=someone.id, session=held.id, caseworker=one, start=start))
    return month, Schedule(duties=tuple(duties), appointments=tuple(appointments))


def trial(simulation: Simulation, name: str) -> SessionTrial:
    return next(one for one in simulation.sessions if one.outlook.session.id == name)


def means(figures: dict[str, Figure]) -> dict[str, float]:
    return {name: one.mean for name, one in figures.items()}


def staged(problem: Instance, schedule: Schedule, name: str, seed: int = 0) -> Stage:
    here = problem.session_by_id[session(name, "ruhla").id]
    crew, appointments = schedule.crew(here.id), schedule.appointments_in(here.id)
    return stage(problem, here, crew, appointments, seed=seed, invitations=Counter())


def fates(problem: Instance, schedule: Schedule, name: str, seed: int = 0) -> dict[str, np.ndarray]:
    """In which of a thousand replications each client comes."""
    scene = staged(problem, schedule, name, seed)
    events: Events = happen(scene, 1000)
    return {person.client: row for person, row in zip(scene.people, events.come, strict=True)}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("seed", range(5))
def test_mathematics_agrees_with_what_happens(mode: str, seed: int) -> None:
    simulation = simulate(town(mode), PLAN, replications=20_000, seed=seed)
    assert simulation.agrees, simulation.family.differing
    assert len(simulation.family.figures) > 20
    # About one of twenty is outside by chance; the figures hang together, so that it may be more.
    assert len(simulation.family.outside) < len(simulation.family.figures) / 3
    assert simulation.total["wait_min"].mean > 10


@pytest.mark.parametrize("mode", ["session", "slots"])
def test_mathematics_agrees_on_a_crowded_month(mode: str) -> None:
    simulation = simulate(*crowded_month(mode), replications=20_000, seed=3)
    assert simulation.agrees, simulation.family.differing
    assert len(simulation.sessions) == 8
    assert len(simulation.family.figures) > 100


def test_the_line_is_followed_as_by_hand() -> None:
    everybody = dict.fromkeys(("c1", "c2", "c3", "c4", "c5"), 1.0)
    problem, schedule = lane(
        everybody, {"c1": "09:00", "c2": "09:00", "c3": "10:00", "c4": "11:00", "c5": "11:00"}, end="12:00"
    )
    simulation = simulate(problem, schedule, replications=4000)
    found = trial(simulation, "am")
    # c1 and c2 wait 0 and 60 minutes in one order or the other, c3 60, c4 and c5 60 and 120.
    assert {name: one.mean for name, one in found.figures.items()} == {
        "shows": 5,
        "held": 3,
        "idle_min": 0,
        "wait_min": 300,
        "overtime_min": 120,
        "risk": 1,
    }
    waits = found.waits_min
    assert {name: round(waits[name].mean / 10) for name in everybody} == {"c1": 3, "c2": 3, "c3": 6, "c4": 9, "c5": 9}
    assert waits["c1"].mean + waits["c2"].mean == 60
    assert waits["c3"].error == 0
    assert waits["c1"].error > 0


def test_a_break_makes_people_wait_longer() -> None:
    pause = ({"start": "10:00", "end": "10:45"},)
    problem, schedule = lane({"c1": 1, "c2": 1}, {"c1": "09:00", "c2": "09:00"}, end="11:45", breaks=pause)
    assert simulate(problem, schedule, replications=10).total["wait_min"].mean == 105


def test_the_whole_crew_goes_on_after_the_end() -> None:
    problem = instance(
        sites=(site("ruhla"),),
        sessions=(session("am", "ruhla", end="10:00"),),
        caseworkers=(caseworker("w1"), caseworker("w2")),
        clients=tuple(client(f"c{number}", show_rate=1) for number in range(6)),
        rules={"overbooking": "session"},
    )
    schedule = plan("am-w1 am-w2", " ".join(f"c{number}-am-w1-09:00" for number in range(6)))
    figures = simulate(problem, schedule, replications=10).total
    assert figures["wait_min"].mean == 2 * 60 + 2 * 120
    assert figures["overtime_min"].mean == 4 * 60


def test_a_longer_talk_keeps_its_caseworker_whether_the_client_comes_or_not() -> None:
    problem, appointments = town(d1=1, d2=1, d3=0, d4=1), "d1-day-w1-09:00 d2-day-w1-09:00 d3-day-w2-09:00"
    figures = means(dict(simulate(problem, plan("day-w1 day-w2", appointments), replications=10).total))
    assert figures["wait_min"] == 60
    # Five slots of two caseworkers, in which two people come.
    assert figures["idle_min"] == (10 - 2) * 60


def test_more_wait_where_each_caseworker_has_a_line_of_their_own() -> None:
    pooled, lanes = (simulate(town(mode), PLAN, replications=20_000).total["wait_min"] for mode in ("session", "slots"))
    assert pooled.mean < lanes.mean - 6 * (pooled.error + lanes.error)


def test_only_sessions_that_are_overbooked_have_a_risk() -> None:
    assert "risk" not in simulate(town("none"), PLAN, replications=10).total
    assert "risk" in simulate(town("slots"), PLAN, replications=10).total


def test_longer_talks_that_do_not_fit_are_a_risk_even_if_nobody_comes() -> None:
    full = town("slots", **dict.fromkeys((f"d{n}" for n in range(1, 10)), 0.0))
    full = full.replace(rules=full.rules.replace(walk_in_reserve=7))
    simulation = simulate(full, PLAN, replications=100)
    assert trial(simulation, "day").figures["risk"].mean == 1
    assert simulation.agrees


def test_the_risk_of_all_sessions_is_that_of_any() -> None:
    simulation = simulate(town("session"), PLAN, replications=20_000)
    parts = [one.figures["risk"].exact for one in simulation.sessions]
    assert max(parts) > 0.1
    assert simulation.total["risk"].exact == pytest.approx(1 - (1 - parts[0]) * (1 - parts[1]))


def test_a_client_who_never_comes_has_no_waiting() -> None:
    simulation = simulate(town(c6=0), PLAN, replications=100)
    assert "c6" not in trial(simulation, "am").waits_min
    assert "c1" in trial(simulation, "am").waits_min


def test_the_longest_waiting_is_that_of_the_exact_figures() -> None:
    simulation = simulate(town(), PLAN, replications=1000)
    assert simulation.longest is not None
    found, someone = simulation.longest
    exact = [one.outlook.longest_wait_min for one in simulation.sessions]
    assert found.waits_min[someone].exact == pytest.approx(max(exact))


def test_a_plan_without_sessions_has_nothing_to_disagree_about() -> None:
    simulation = simulate(town(), Schedule(), replications=10)
    assert simulation.sessions == ()
    assert simulation.longest is None
    assert simulation.agrees


@pytest.mark.parametrize("replications", [-1, 0, 1])
def test_one_replication_has_no_standard_error_and_is_refused(replications: int) -> None:
    with pytest.raises(ValueError, match=str(replications)):
        simulate(town(), PLAN, replications=replications)


@pytest.mark.parametrize(("name", "rate"), [("c1", 0.87), ("d4", 0.43), ("c6", 0.03)])
def test_a_wrong_rate_is_found(name: str, rate: float) -> None:
    simulation = simulate(town(), PLAN, replications=100_000)
    wrong = simulate(town(**{name: rate}), PLAN, replications=2).family.figures
    planted = {
        key: one._replace(exact=wrong[key].exact) for key, one in simulation.family.figures.items() if key in wrong
    }
    held = "am" if name.startswith("c") else "day"
    differing = family(planted).differing
    assert f"{held}.shows" in differing
    assert not any(key.startswith("day" if held == "am" else "am") for key in differing)


def test_figures_of_another_kind_of_line_are_found() -> None:
    simulation = simulate(town("session"), PLAN, replications=20_000)
    lanes = simulate(town("slots"), PLAN, replications=2).family.figures
    planted = {
        key: one._replace(exact=lanes[key].exact) for key, one in simulation.family.figures.items() if key in lanes
    }
    assert {"am.wait_min", "total.wait_min", "total.idle_min"} <= {*family(planted).differing}


def test_exact_figures_come_from_the_outlook() -> None:
    problem = town()
    for one in simulate(problem, PLAN, replications=10).sessions:
        held = one.outlook.session
        assert one.outlook == outlook(problem, held, PLAN.crew(held.id), PLAN.appointments_in(held.id))
        assert one.figures["held"].exact == pytest.approx(one.outlook.shows - one.outlook.overtime_min / 60)


def test_a_client_has_the_same_fate_whoever_else_is_invited_and_whenever() -> None:
    problem, alone = town(), plan("day-w2", "c2-day-w2-14:00 c1-day-w2-10:00")
    crowd = fates(problem, PLAN, "am")
    for name, fate in fates(problem, alone, "day").items():
        assert (crowd[name] == fate).all()


def test_a_client_has_the_same_fate_in_a_changed_instance() -> None:
    problem = town()
    changed = problem.replace(clients=problem.clients[::-1], rules=problem.rules.replace(overbooking="slots"))
    assert all((fates(changed, PLAN, "day")[name] == fate).all() for name, fate in fates(problem, PLAN, "day").items())


def test_a_better_rate_only_turns_misses_into_shows() -> None:
    before, after = (fates(town(c2=rate), PLAN, "am") for rate in (0.3, 0.6))
    assert (before["c2"] <= after["c2"]).all()
    assert 200 < np.count_nonzero(after["c2"] & ~before["c2"]) < 400
    assert all((before[name] == after[name]).all() for name in before if name != "c2")


def test_clients_seeds_and_purposes_have_chances_of_their_own() -> None:
    problem = town(**dict.fromkeys(("c1", "c2", "c3"), 0.5))
    one, other = fates(problem, PLAN, "am"), fates(problem, PLAN, "am", seed=1)
    pairs = [(one["c1"], one["c2"]), (one["c1"], one["c3"]), (one["c2"], one["c3"]), (one["c1"], other["c1"])]
    for left, right in pairs:
        assert 400 < np.count_nonzero(left == right) < 600
    person = staged(problem, PLAN, "am").people[0]
    fate, turn = person.fate.random(1000), person.turn.random(1000)
    assert abs(np.corrcoef(fate, turn)[0, 1]) < 0.15


def test_a_second_invitation_has_a_fate_of_its_own() -> None:
    problem, twice = town(c1=0.5), plan("am-w1 day-w1", "c1-am-w1-09:00 c1-day-w1-09:00")
    invitations: Counter[str] = Counter()
    events = []
    for held in problem.sessions:
        crew, appointments = twice.crew(held.id), twice.appointments_in(held.id)
        scene = stage(problem, held, crew, appointments, seed=0, invitations=invitations)  # type: ignore[arg-type]  # ids
        events.append(happen(scene, 1000).come[0])
    assert 400 < np.count_nonzero(events[0] == events[1]) < 600


def test_the_same_seed_gives_the_same_figures_and_another_one_others() -> None:
    first, again, other = (simulate(town(), PLAN, replications=500, seed=seed) for seed in (7, 7, 8))
    assert first == again
    assert first.total["shows"].mean != other.total["shows"].mean


@pytest.mark.parametrize("block", [1, 7, 499, 500, 10_000])
def test_the_size_of_blocks_does_not_change_anything(block: int) -> None:
    assert simulate(town(), PLAN, replications=500, block=block) == simulate(town(), PLAN, replications=500)


def test_progress_is_told_after_every_block() -> None:
    told: list[int] = []
    simulate(town(), PLAN, replications=500, block=200, on_progress=told.append)
    assert told == [200, 400, 500]


def test_memory_does_not_grow_with_the_replications() -> None:
    problem, schedule = crowded_month("session")
    tracemalloc.start()
    simulate(problem, schedule, replications=100_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100e6


def test_means_and_errors_are_those_of_the_values() -> None:
    values = np.array([3, 0, 7, 7, 1], dtype=np.int64)
    one = figure(3.5, Sums().with_values(values[:2]).with_values(values[2:]), 1)
    assert one.mean == pytest.approx(values.mean())
    assert one.error == pytest.approx(values.std(ddof=1) / math.sqrt(5))
    assert one.interval() == pytest.approx((one.mean - 1.959964 * one.error, one.mean + 1.959964 * one.error))


def test_a_figure_may_miss_its_interval_but_not_by_far() -> None:
    figures = {f"f{number}": Figure(0, 0, 0.01, 100_000, 1) for number in range(98)}
    compared = family(figures | {"near": Figure(0, 0.03, 0.01, 100_000, 1), "far": Figure(0, 0.05, 0.01, 100_000, 1)})
    assert compared.z == pytest.approx(4.4172, abs=1e-4)
    assert compared.outside == ("near", "far")
    assert compared.differing == ("far",)


def test_what_is_too_rare_to_be_seen_is_no_contradiction() -> None:
    never = Sums(100_000, 0, 0)
    assert family({"rare": figure(1e-5, never, 1)}).differing == ()
    assert family({"often": figure(1e-3, never, 1)}).differing == ("often",)
    assert family({"wrong": figure(math.nan, never, 1)}).differing == ("wrong",)


def test_a_tiny_rate_is_no_false_alarm() -> None:
    for seed in range(20):
        assert simulate(town("slots", c4=1 - 1e-4, c6=1e-4), PLAN, replications=1000, seed=seed).agrees
