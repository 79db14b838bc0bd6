"""One run of CP-SAT on the coarse model: which sessions are held, by whom, and who is invited to which."""

import math
import time
from collections.abc import Callable, Collection, Iterable
from threading import Event, Thread
from typing import NamedTuple

from ortools.sat.python import cp_model
from ortools.sat.python.cp_model import IntVar

from outreach_optimizer.errors import ModelError
from outreach_optimizer.model.variables import Model
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.effort import OnProgress
from outreach_optimizer.solver.result import Progress, Status, minutes, relative_gap
from outreach_optimizer.solver.seating import Guests


class Run(NamedTuple):
    """How a run ended; ``objective_micro`` and ``bound_micro`` in millionths of a minute, None where unknown."""

    status: Status
    guests: tuple[Guests, ...]
    objective_micro: int | None
    bound_micro: int | None
    interrupted: bool


def run(
    model: Model, solver: cp_model.CpSolver, watch: "Watch", stop: Event | None, cp: cp_model.CpModel | None = None
) -> Run:
    """Solve in a thread, so that Ctrl-C and the stop event are heard; ``cp`` is a part of the model, if not all."""
    cp = model.cp if cp is None else cp
    outcome: list[cp_model.CpSolverStatus] = []
    thread = Thread(target=lambda: outcome.append(solver.solve(cp, watch)), name="cp-sat")
    thread.start()
    interrupted = False
    while thread.is_alive():
        try:
            thread.join(0.05)
            asked = stop is not None and stop.is_set()
        except KeyboardInterrupt:
            asked = True
        if asked:
            interrupted = True
            solver.stop_search()
    if not outcome or outcome[0] == cp_model.MODEL_INVALID:
        raise ModelError(model.cp.validate() or "CP-SAT ended without a status")
    return _read(model, solver, outcome[0], watch, interrupted=interrupted)


def with_crews(model: Model, crews: Iterable[Guests]) -> cp_model.CpModel:
    """The model with its duties fixed."""
    crew_of = {guests.s: guests.crew for guests in crews}
    fixed: cp_model.CpModel = model.cp.clone()
    for (s, w), literal in model.duty.items():
        fixed.add(fixed.get_bool_var_from_proto_index(literal.index) == (w in crew_of.get(s, ())))
    return fixed


def around(model: Model, schedule: Schedule, free: Collection[int], *, crews: bool = True) -> cp_model.CpModel:
    """The model with duties and invitations of a schedule fixed in all sessions but the free ones.

    Without ``crews``, only the invitations to these sessions are free.
    """
    duties, invited = _chosen(model, schedule)
    fixed: cp_model.CpModel = model.cp.clone()
    for literals, chosen, position in ((model.duty, duties, 0), (model.invited, invited, 1)):
        for index, literal in literals.items():
            if index[position] not in free or (literals is model.duty and not crews):
                fixed.add(fixed.get_bool_var_from_proto_index(literal.index) == (index in chosen))
    return fixed


def _read(
    model: Model, solver: cp_model.CpSolver, outcome: cp_model.CpSolverStatus, watch: "Watch", *, interrupted: bool
) -> Run:
    if outcome == cp_model.INFEASIBLE:
        return Run(Status.INFEASIBLE, (), None, None, interrupted)
    if outcome == cp_model.UNKNOWN:
        # CP-SAT reports 0 as its bound if it was stopped before it had any.
        return Run(Status.NO_RESULT, (), None, watch.bound_micro, interrupted)
    bound_micro = model.micro(math.ceil(solver.best_objective_bound - 1e-6))
    guests = guests_of(model, solver.boolean_value)
    status = Status.OPTIMAL if outcome == cp_model.OPTIMAL else Status.FEASIBLE
    return Run(status, guests, model.micro(solver.objective_value), bound_micro, interrupted)


class Ends(NamedTuple):
    """What is known of the bound of the whole, millionths of a minute.

    Parameters
    ----------
    least_micro
        It is at least that.
    elsewhere_micro
        Whatever is not in the part that is solved costs at least that; None if the part is everything.
    """

    least_micro: int = 0
    elsewhere_micro: int | None = None

    def of_part(self, bound_micro: int) -> int:
        """Bound of the whole by that of the part."""
        whole = bound_micro if self.elsewhere_micro is None else min(bound_micro, self.elsewhere_micro)
        return max(self.least_micro, whole)


def guests_of(model: Model, is_true: Callable[[IntVar], bool]) -> tuple[Guests, ...]:
    """Who is on duty and who is invited in each session that is held, by the values of the literals."""
    kept = [promise for promise, literal in model.promises.items() if is_true(literal)]
    return tuple(
        Guests(
            s=s,
            crew=tuple(w for w in model.crew_of[s] if is_true(model.duty[s, w])),
            clients=tuple(c for c in model.clients_in[s] if is_true(model.invited[c, s])),
            promises=tuple(promise for promise in kept if promise.s == s),
        )
        for s, held in model.held.items()
        if is_true(held)
    )


class Watch(cp_model.CpSolverSolutionCallback):
    """Tells progress: the best plan and the best bound, whichever moves.

    It goes on from an ``earlier`` run before a cut: its bound still holds, and its plan stands until the bound shows
    that it could not be seated. The model may be a part: its bound counts for all between ``ends``.
    """

    def __init__(
        self,
        model: Model,
        tell: OnProgress | None,
        begin: float,
        earlier: "Watch | None" = None,
        ends: "Ends | None" = None,
    ) -> None:
        super().__init__()
        self._model, self._tell, self._begin, self._ends = model, tell, begin, ends or Ends()
        self.objective_micro: int | None = earlier.objective_micro if earlier else None
        self.bound_micro: int = earlier.bound_micro if earlier else self._ends.least_micro

    def on_solution_callback(self) -> None:
        """A better plan, called by CP-SAT."""
        micro = self._model.micro(self.objective_value)
        self.objective_micro = micro if self.objective_micro is None else min(micro, self.objective_micro)
        self.on_bound(self.best_objective_bound)

    def on_bound(self, bound: float) -> None:
        """A better bound, called by CP-SAT."""
        self.bound_micro = max(self.bound_micro, self._ends.of_part(self._model.micro(math.ceil(bound - 1e-6))))
        if self.objective_micro is not None:
            self.objective_micro = max(self.objective_micro, self.bound_micro)
        if self._tell is not None:
            self._tell(
                Progress(
                    time.monotonic() - self._begin,
                    minutes(self.objective_micro),
                    minutes(self.bound_micro),
                    relative_gap(self.objective_micro, self.bound_micro),
                )
            )


def hint(model: Model, schedule: Schedule) -> None:
    """Start the next run from the duties and invitations of a schedule."""
    duties, invited = _chosen(model, schedule)
    model.cp.clear_hints()  # type: ignore[no-untyped-call]  # OR-Tools leaves it untyped
    for literals, chosen in ((model.duty, duties), (model.invited, invited)):
        for index, literal in literals.items():
            model.cp.add_hint(literal, index in chosen)


def _chosen(model: Model, schedule: Schedule) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Indices of the duties ``(s, w)`` and the invitations ``(c, s)`` of a schedule."""
    s_of = {session.id: s for s, session in enumerate(model.instance.sessions)}
    w_of = {caseworker.id: w for w, caseworker in enumerate(model.instance.caseworkers)}
    c_of = {client.id: c for c, client in enumerate(model.instance.clients)}
    return (
        {(s_of[duty.session], w_of[duty.caseworker]) for duty in schedule.duties},
        {(c_of[appointment.client], s_of[appointment.session]) for appointment in schedule.appointments},
    )
