"""Proof that a rule is encoded as it is defined: on every schedule of a tiny instance, good or bad."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations, compress, product
from typing import NamedTuple

from ortools.sat.python import cp_model
from ortools.sat.python.cp_model import IntVar

from outreach_optimizer.constraints import CONSTRAINTS
from outreach_optimizer.crosscheck import cross_check
from outreach_optimizer.instance import Appointment, Duty, Instance
from outreach_optimizer.model.build import build
from outreach_optimizer.model.strengthen import INEQUALITIES
from outreach_optimizer.model.variables import Model, Promise
from outreach_optimizer.schedule import Schedule

Key = tuple[int, ...]
Keys = frozenset[Key]
Starts = Sequence[Sequence[int]]
"""Minutes of the day, per session, at which appointments are tried."""


class Index(NamedTuple):
    """All duties by ``(s, w)`` and all appointments by ``(c, s, w, start)``, possible or not."""

    duties: Mapping[Key, Duty]
    appointments: Mapping[Key, Appointment]


class Proof(NamedTuple):
    """Schedules on which definition and encoding agree, all of them keeping the base rules."""

    kept: int
    broken: int


def agree(
    instance: Instance, rule: str, *, base: Sequence[str] = (), starts: Starts | None = None, both: bool = True
) -> Proof:
    """Compare a rule's definition with its encoding, over a base of rules that hold anyway, on every schedule.

    Exact grain: the duties and bookings admitted are those in which the definitions find nothing. Coarse grain, with
    all inequalities: nothing of that is lost, and nothing is added unless it is for the seating to decide.
    """
    assert cross_check(instance) == []
    starts = starts or [session.slot_starts(instance.slot_min) for session in instance.sessions]
    rules = (*base, rule)
    kept, broken = verdicts(instance, rule, base, starts)
    encoded = solutions(exact(instance, rules, starts))
    assert encoded == kept, difference(encoded, kept)
    coarse = invitations(build(instance, rules=rules, terms=(), candidate_starts=starts))
    projected = {invited(keys) for keys in kept}
    assert projected <= coarse, difference(coarse, projected)
    if not seating_decides(rules):
        assert projected == coarse, difference(coarse, projected)
    if both:
        assert kept, "no schedule keeps the rule"
        assert broken, "no schedule breaks the rule"
    return Proof(len(kept), broken)


def seating_decides(rules: Iterable[str]) -> bool:
    """Whether it takes caseworkers and times inside a session to tell if the rules hold."""
    active = set(rules)
    return bool(
        active & {"one_booking", "household", "overflow", "lane_load"}
        or ("on_duty" in active and active & {"skills", "continuity"})
    )


def exact(instance: Instance, rules: Iterable[str], starts: Starts | None, inequalities: Iterable[str] = ()) -> Model:
    """The model with a literal per appointment, without an objective."""
    return build(instance, exact=True, rules=rules, terms=(), inequalities=inequalities, candidate_starts=starts)


def verdicts(instance: Instance, rule: str, base: Sequence[str], starts: Starts) -> tuple[set[Keys], int]:
    """Schedules that keep all rules, and how many keep the base and break the rule."""
    kept, broken = set(), 0
    for keys, schedule in every_schedule(instance, starts, single="one_invitation" in base):
        if any(next(CONSTRAINTS[other](instance, schedule), None) for other in base):
            continue
        violations = list(CONSTRAINTS[rule](instance, schedule))
        assert all(violation.excess > 0 for violation in violations)
        if violations:
            broken += 1
        else:
            kept.add(keys)
    return kept, broken


def every_schedule(instance: Instance, starts: Starts, *, single: bool) -> Iterator[tuple[Keys, Schedule]]:
    """Any duties, and any appointments or, if ``single``, at most one for each client."""
    duties, appointments = index(instance, starts)
    if single:
        per_client = [[(), *((key,) for key in appointments if key[0] == c)] for c in range(len(instance.clients))]
        booked = [tuple(chain.from_iterable(choice)) for choice in product(*per_client)]
    else:
        booked = list(subsets(appointments))
    for crew, chosen in product(subsets(duties), booked):
        yield (
            frozenset((*crew, *chosen)),
            Schedule.model_construct(
                duties=tuple(duties[key] for key in crew), appointments=tuple(appointments[key] for key in chosen)
            ),
        )


def index(instance: Instance, starts: Starts) -> Index:
    """Everything that a schedule may contain."""
    duties = {
        (s, w): Duty(session=session.id, caseworker=caseworker.id)
        for s, session in enumerate(instance.sessions)
        for w, caseworker in enumerate(instance.caseworkers)
    }
    appointments = {
        (c, s, w, start): Appointment(client=client.id, session=duty.session, caseworker=duty.caseworker, start=start)
        for c, client in enumerate(instance.clients)
        for (s, w), duty in duties.items()
        for start in starts[s]
    }
    return Index(duties, appointments)


def subsets(keys: Iterable[Key]) -> Iterator[tuple[Key, ...]]:
    """All subsets, the empty one first."""
    pool = tuple(keys)
    return chain.from_iterable(combinations(pool, size) for size in range(len(pool) + 1))


def solutions(model: Model) -> set[Keys]:
    """Duties ``(s, w)`` and bookings ``(c, s, w, start)`` of all solutions of an exact model."""
    return projections(model, {**model.duty, **model.booked})


def invitations(model: Model) -> set[tuple[Keys, Keys]]:
    """Duties ``(s, w)`` and invitations ``(c, s)`` of all solutions."""
    literals = {(0, *key): literal for key, literal in model.duty.items()}
    literals |= {(1, *key): literal for key, literal in model.invited.items()}
    return {
        (frozenset(key[1:] for key in keys if key[0] == 0), frozenset(key[1:] for key in keys if key[0] == 1))
        for keys in projections(model, literals)
    }


def invited(keys: Keys) -> tuple[Keys, Keys]:
    """Duties and invitations of a schedule."""
    return frozenset(key for key in keys if len(key) == 2), frozenset(key[:2] for key in keys if len(key) == 4)


def projections(model: Model, literals: Mapping[Key, IntVar]) -> set[Keys]:
    """The literals that are true, in every solution; without the objective all solutions are equally good."""
    model.cp.clear_objective()
    solver = cp_model.CpSolver()
    solver.parameters.enumerate_all_solutions = True
    solver.parameters.num_workers = 1
    collector = _Collector(literals)
    status = solver.solve(model.cp, collector)
    assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE), f"the enumeration ended with {solver.status_name(status)}"
    return collector.found


def strengthened(instance: Instance, name: str, *, rules: Sequence[str], terms: Sequence[str] = ()) -> set[Keys]:
    """Prove that a family of inequalities cuts off no schedule; return what it cuts of the coarse relaxation.

    The exact grain has the same solutions with it and without, the coarse grain still has them all. Terms make
    promises (literals for an own caseworker or a published start), which the inequalities may speak of.
    """
    assert cross_check(instance) == []
    assert set(rules) >= INEQUALITIES[name].NEEDS

    def made(inequalities: Sequence[str], *, fine: bool) -> Model:
        return build(instance, exact=fine, rules=rules, terms=terms, inequalities=inequalities)

    plain, tight = solutions(made((), fine=True)), solutions(made((name,), fine=True))
    assert plain == tight, difference(tight, plain)
    real, relaxed = promises(made((), fine=True)), promises(made((), fine=False))
    remaining = promises(made((name,), fine=False))
    assert real <= remaining <= relaxed
    return relaxed - remaining


def cuts_point(instance: Instance, name: str, *, rules: Sequence[str], point: Mapping[str, float]) -> bool:
    """Whether a family of inequalities cuts a fractional point, given by names of literals; the others are 0."""
    plain, tight = (build(instance, rules=rules, terms=(), inequalities=chosen).cp for chosen in ((), (name,)))
    names = [variable.name for variable in tight.proto.variables]
    for constraint in list(tight.proto.constraints)[len(plain.proto.constraints) :]:
        linear = constraint.linear
        total = sum(c * point.get(names[v], 0) for v, c in zip(linear.vars, linear.coeffs, strict=True))
        if not linear.domain[0] <= total <= linear.domain[-1]:
            return True
    return False


def first_session(crew: Sequence[int], clients: Sequence[int], met: Sequence[Key] = ()) -> Keys:
    """Coarse solution in which only the first session is held; ``met`` are promises to meet, client and caseworker."""
    return frozenset(
        (
            *((0, 0, w) for w in crew),
            *((1, c, 0) for c in clients),
            *(promise_key(Promise(c, 0, w, None)) for c, w in met),
        )
    )


def promises(model: Model) -> set[Keys]:
    """Duties, invitations and promises of all solutions, of either grain; the kind goes before the index."""
    literals = {(0, *key): literal for key, literal in model.duty.items()}
    literals |= {(1, *key): literal for key, literal in model.invited.items()}
    literals |= {promise_key(promise): literal for promise, literal in model.promises.items()}
    return projections(model, literals)


def promise_key(promise: Promise) -> Key:
    """Kind 2 for a caseworker, 3 for a start; both, client and session."""
    kind, what = (2, promise.caseworker) if promise.caseworker is not None else (3, promise.start)
    return kind, what or 0, promise.c, promise.s


def keys_of(keys: Keys, kind: int) -> list[Key]:
    """Those of one kind, in order."""
    return sorted(key for key in keys if key[0] == kind)


def difference(found: set[Keys] | set[tuple[Keys, Keys]], expected: set[Keys] | set[tuple[Keys, Keys]]) -> str:
    """The smallest schedules that only one side admits."""
    sides = ("only in the model", found - expected), ("not in the model", expected - found)
    return "; ".join(f"{name} ({len(side)}): {min(map(_text, side), key=len)}" for name, side in sides if side)


def _text(schedule: Keys | tuple[Keys, Keys]) -> str:
    if isinstance(schedule, tuple):
        return f"duties {sorted(schedule[0])}, invited {sorted(schedule[1])}"
    return str(sorted(schedule))


class _Collector(cp_model.CpSolverSolutionCallback):
    def __init__(self, literals: Mapping[Key, IntVar]) -> None:
        super().__init__()
        self.found: set[Keys] = set()
        self._keys, self._literals = list(literals), list(literals.values())

    def on_solution_callback(self) -> None:
        self.found.add(frozenset(compress(self._keys, map(self.boolean_value, self._literals))))
