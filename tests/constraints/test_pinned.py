"""`pinned`: said and encoded alike.

Base ``on_duty`` throughout: the coarse grain takes the caseworker of a pinned appointment to be on duty.
"""

import pytest

from agreement import agree, exact, invitations, solutions
from by_hand import duty, talk, violations
from outreach_optimizer.instance import Pins
from outreach_optimizer.model.build import build
from tiny import caseworker, client, day, instance, session, site

TINY = instance(
    sites=(site("a"), site("b")),
    sessions=(session("a1", "a"), session("b1", "b", on=1)),
    caseworkers=(caseworker("w1"), caseworker("w2", skills=("debt",))),
    clients=(client("c1"), client("c2", skills=("debt",))),
    pins=Pins(duties=(duty("b1", "w2"),), appointments=(talk("c1", "a1", "w1", "10:00"),)),
)
PINS = {
    "one of each": TINY.pins,
    "two duties": Pins(duties=(duty("a1", "w1"), duty("a1", "w2"))),
    "two appointments": Pins(appointments=(talk("c1", "a1", "w1"), talk("c2", "b1", "w2", "10:00"))),
}


@pytest.mark.parametrize("name", PINS)
def test_both_files_agree_over_starts(name: str) -> None:
    agree(TINY.replace(pins=PINS[name]), "pinned", base=("one_invitation", "on_duty"))


def test_both_files_agree_for_clients_with_many_appointments() -> None:
    agree(TINY, "pinned", base=("on_duty",), starts=[(600,), (540,)])


def test_both_files_agree_that_nothing_is_asked_without_pins() -> None:
    tiny = TINY.replace(pins=Pins())
    assert agree(tiny, "pinned", base=("one_invitation", "on_duty"), both=False).broken == 0


@pytest.mark.parametrize(
    ("pins", "rule"),
    [
        (Pins(duties=(duty("c1", "w1"),)), "site_open"),
        (Pins(duties=(duty("a1", "away"),)), "caseworker_available"),
        (Pins(appointments=(talk("c1", "c1", "w1"),)), "site_open"),
        (Pins(appointments=(talk("c1", "a1", "away"),)), "caseworker_available"),
        (Pins(appointments=(talk("c2", "a1", "w1"),)), "skills"),
        (Pins(appointments=(talk("c2", "b1", "w2"),)), "barrier_free"),
        (Pins(appointments=(talk("c1", "a1", "w1", "11:00"),)), "session_window"),
    ],
)
def test_both_files_agree_that_an_impossible_pin_makes_all_schedules_bad(pins: Pins, rule: str) -> None:
    tiny = TINY.replace(
        pins=pins,
        sites=(site("a"), site("b", barrier_free=False), site("c", status="planned")),
        sessions=(*TINY.sessions, session("c1", "c")),
        caseworkers=(*TINY.caseworkers, caseworker("away", absent=(day(0),))),
        clients=(client("c1"), client("c2", skills=("debt",), barrier_free=True)),
    )
    rules, starts = ("one_invitation", "on_duty", rule, "pinned"), [(540, 660), (540,), (540,)]
    assert solutions(exact(tiny, rules, starts)) == set()
    assert invitations(build(tiny, rules=rules, terms=(), candidate_starts=starts)) == set()
    involved = {pin.caseworker for pin in (*pins.duties, *pins.appointments)}
    alone = tiny.replace(caseworkers=tuple(member for member in tiny.caseworkers if member.id in involved))
    proof = agree(alone, "pinned", base=rules[:-1], starts=starts, both=False)
    assert proof.kept == 0
    assert proof.broken > 0


def test_every_pin_that_is_missing_counts_one() -> None:
    changed = talk("c1", "a1", "w1", "09:00")
    first, second = violations("pinned", TINY, [duty("b1", "w1"), changed])
    assert first.facts == {"pin": "duty", "who": "w2", "session": "b1", "needed": "-"}
    assert second.facts == {"pin": "appointment", "who": "c1", "session": "a1", "needed": "10:00"}
    assert first.excess == second.excess == 1
    assert (first.witnesses, second.witnesses) == (TINY.pins.duties, TINY.pins.appointments)


def test_pins_that_are_kept_are_fine() -> None:
    assert not violations("pinned", TINY, [duty("b1", "w2"), talk("c2", "b1", "w2"), talk("c1", "a1", "w1", "10:00")])
