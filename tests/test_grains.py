"""All rules together: the exact grain is what the checker accepts, and so is the coarse grain that can be seated."""

from collections.abc import Iterable, Iterator
from itertools import chain, product

from hypothesis import given, settings

from agreement import Keys, exact, index, invited, keys_of, promise_key, promises, solutions, subsets
from brute import OF_DUTIES, OF_ONE_APPOINTMENT
from drawn import crowded_instances, instances, overbooked_instances
from outreach_optimizer.constraints import CONSTRAINTS
from outreach_optimizer.instance import Duty, Instance, Pins
from outreach_optimizer.model.build import build
from outreach_optimizer.model.constraints import ENCODERS
from outreach_optimizer.model.strengthen import INEQUALITIES
from outreach_optimizer.model.variables import Model
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.cuts import cut
from outreach_optimizer.solver.seating import Guests, conflict, seat


def small(drawn: Instance) -> Instance:
    """Two sessions, two caseworkers and three clients of an instance, so that all schedules can be tried."""
    crew = drawn.caseworkers[:2]
    known = [client for client in drawn.clients if client.caseworker in {None, *(member.id for member in crew)}]
    return drawn.replace(sessions=drawn.sessions[:2], caseworkers=crew, clients=tuple(known[:3]))


def accepted(instance: Instance) -> set[Keys]:
    """Schedules without a violation.

    Rules of duties alone are asked once per crew, rules of one appointment once per appointment.
    """
    starts = [session.slot_starts(instance.slot_min) for session in instance.sessions]
    duties, appointments = index(instance, starts)
    possible = [
        key
        for key, appointment in appointments.items()
        if not _breaks(instance, Schedule(appointments=(appointment,)), OF_ONE_APPOINTMENT)
    ]
    found = set()
    for crew in subsets(duties):
        on_duty = tuple(duties[key] for key in crew)
        if _breaks(instance, Schedule(duties=on_duty), OF_DUTIES):
            continue
        for keys in _choices(instance, [key for key in possible if key[1:3] in crew]):
            schedule = Schedule(duties=on_duty, appointments=tuple(appointments[key] for key in keys))
            if not _breaks(instance, schedule, CONSTRAINTS):
                found.add(frozenset((*crew, *keys)))
    return found


def _choices(instance: Instance, keys: list[tuple[int, ...]]) -> Iterator[tuple[tuple[int, ...], ...]]:
    per_client = [[(), *((key,) for key in keys if key[0] == c)] for c in range(len(instance.clients))]
    return (tuple(chain.from_iterable(choice)) for choice in product(*per_client))


def _breaks(instance: Instance, schedule: Schedule, rules: Iterable[str]) -> bool:
    return any(next(CONSTRAINTS[name](instance, schedule), None) is not None for name in rules)


def guests_of(model: Model, keys: Keys) -> list[Guests]:
    """What a coarse solution, as `promises` gives it, wants of each session to which somebody is invited."""
    kept = [promise for promise in model.promises if promise_key(promise) in keys]
    return [
        Guests(
            s=s,
            crew=tuple(sorted(w for kind, t, w in keys_of(keys, 0) if t == s)),
            clients=tuple(sorted(c for kind, c, t in keys_of(keys, 1) if t == s)),
            promises=tuple(promise for promise in kept if promise.s == s),
        )
        for s in sorted({s for _, _, s in keys_of(keys, 1)})
    ]


def seated(model: Model) -> set[tuple[Keys, Keys]]:
    """Duties and invitations of the coarse solutions that can be seated, promises kept; the checker accepts them."""
    instance, found = model.instance, set()
    for keys in promises(model):
        appointments = [seat(instance, guests).appointments for guests in guests_of(model, keys)]
        if None not in appointments:
            on_duty = [
                Duty(session=instance.sessions[s].id, caseworker=instance.caseworkers[w].id)
                for _, s, w in keys_of(keys, 0)
            ]
            talks = tuple(chain.from_iterable(together or () for together in appointments))
            assert not _breaks(instance, Schedule(duties=tuple(on_duty), appointments=talks), CONSTRAINTS)
            found.add((frozenset(key[1:] for key in keys_of(keys, 0)), frozenset(key[1:] for key in keys_of(keys, 1))))
    return found


def agree_as_a_whole(instance: Instance, expected: set[Keys]) -> None:
    assert solutions(exact(instance, ENCODERS, None)) == expected
    assert solutions(exact(instance, ENCODERS, None, inequalities=INEQUALITIES)) == expected
    projected = {invited(keys) for keys in expected}
    assert seated(build(instance, terms=())) == projected
    assert seated(build(instance, terms=(), inequalities=())) == projected


@settings(max_examples=30)
@given(instances() | crowded_instances() | overbooked_instances())
def test_both_grains_admit_what_the_checker_accepts(drawn: Instance) -> None:
    instance = small(drawn).replace(published=())
    expected = accepted(instance)
    agree_as_a_whole(instance, expected)
    busiest = max(expected, key=lambda keys: (len(keys), sorted(keys)), default=frozenset())
    duties, appointments = index(instance, [session.slot_starts(instance.slot_min) for session in instance.sessions])
    for pin in sorted(key for key in busiest if len(key) == 4)[:1]:
        crew = max(key for key in busiest if len(key) == 2)
        pinned = instance.replace(pins=Pins(duties=(duties[crew],), appointments=(appointments[pin],)))
        agree_as_a_whole(pinned, {keys for keys in expected if {pin, crew} <= keys})


@settings(max_examples=30)
@given(instances() | crowded_instances() | overbooked_instances())
def test_no_inequality_cuts_off_a_schedule_or_a_promise_that_can_be_kept(drawn: Instance) -> None:
    instance = small(drawn)
    terms = "continuity", "changes"
    real = promises(build(instance, exact=True, terms=terms, inequalities=()))
    assert promises(build(instance, exact=True, terms=terms)) == real
    assert promises(build(instance, terms=terms)) >= real


@settings(max_examples=20)
@given(instances() | crowded_instances() | overbooked_instances())
def test_cuts_after_a_failed_seating_forbid_it_and_no_schedule(drawn: Instance) -> None:
    instance = small(drawn)
    terms = "continuity", "changes"
    model = build(instance, terms=terms)
    hopeless = []
    for keys in promises(model):
        failed = [guests for guests in guests_of(model, keys) if seat(instance, guests).appointments is None]
        if failed:
            hopeless.append(keys)
            cut(model, conflict(instance, failed[0]))
    left = promises(model)
    assert left.isdisjoint(hopeless)
    assert left >= promises(build(instance, exact=True, terms=terms, inequalities=()))
