"""A task on its way to a cluster and back: what leaves is pseudonymized, what returns is checked and priced here."""

from typing import Literal, NamedTuple

from pydantic import ValidationError

from outreach_optimizer.batch.pseudonyms import Pseudonyms, pseudonymized, pseudonyms, restored
from outreach_optimizer.batch.task import Order, Outcome, Task, refused
from outreach_optimizer.batch.work import varied
from outreach_optimizer.checker import MICRO, Report, check
from outreach_optimizer.crosscheck import cross_check_schedule
from outreach_optimizer.errors import InputError, Problem
from outreach_optimizer.instance import Appointment, Instance
from outreach_optimizer.outputs.documents import plan_text
from outreach_optimizer.relaxation.bound import bound
from outreach_optimizer.relaxation.prices import prices_of
from outreach_optimizer.schedule import InstanceReference, Proof, Schedule
from outreach_optimizer.solver.reasons import reasons
from outreach_optimizer.solver.result import relative_gap
from outreach_optimizer.violation import Witness


class Parcel(NamedTuple):
    """What is sent, and what is needed to understand the answer.

    Parameters
    ----------
    payload
        JSON of an `Order` for the instance under its pseudonyms; the scenario is applied already.
    instance, names
        The real instance and the names that were sent instead of its own.
    rounded
        Homes were rounded, so that the answer is one to a slightly different problem.
    """

    payload: str
    instance: Instance
    names: Pseudonyms
    rounded: bool


def packed(task: Task, *, round_homes: bool) -> Parcel | Outcome:
    """Parcel for a task, or its outcome if there is nothing that could be sent."""
    order = Order.model_validate_json(task.payload)
    try:
        instance = varied(order)
    except InputError as error:
        return refused("INVALID", error.problems)
    names = pseudonyms(instance)
    try:
        sent = pseudonymized(instance, names, round_homes=round_homes)
    except InputError as error:
        return refused("ROUNDING", error.problems)
    text = sent.model_dump_json(exclude_defaults=True)
    payload = Order(instance=text, time_limit_s=order.time_limit_s, seed=order.seed).model_dump_json(exclude_unset=True)
    return Parcel(payload, instance, names, round_homes)


def unpacked(parcel: Parcel, answer: str) -> Outcome:
    """Outcome of the real instance: real names; cost, key figures and bound as they are here."""
    try:
        told = Outcome.model_validate_json(answer)
        schedule = None if told.plan is None else restored(Schedule.model_validate_json(told.plan), parcel.names)
    except (ValidationError, KeyError):
        return refused("ERROR", [Problem("cluster_answer")])
    told = told.replace(sha256=parcel.instance.digest, plan=None)
    if schedule is None:
        if parcel.rounded and told.status in ("INFEASIBLE", "INVALID"):
            return refused("ROUNDING", [Problem("rounded_without_plan")])
        return told
    return _rounded(parcel, told, schedule) if parcel.rounded else _same(parcel, told, schedule)


def _same(parcel: Parcel, told: Outcome, schedule: Schedule) -> Outcome:
    """Outcome for homes that were sent as they are: the same problem, so that cost and proof must be the same."""
    instance, proof = parcel.instance, schedule.proof
    if cross_check_schedule(instance, schedule) or proof is None:
        return refused("ERROR", [Problem("cluster_answer")])
    report = check(instance, schedule)
    if report.violations or report.objective_min != told.objective_min:
        return refused("ERROR", [Problem("cluster_answer")])
    return _outcome(instance, told, schedule, report)


def _rounded(parcel: Parcel, told: Outcome, schedule: Schedule) -> Outcome:
    """Outcome for rounded homes: what breaks no rule for the real ones, with the bound that its prices prove."""
    instance = parcel.instance
    told_proof, kept = schedule.proof, _kept(instance, schedule)
    if told_proof is None:
        return refused("ERROR", [Problem("cluster_answer")])
    if kept is None:
        return refused("ROUNDING", [Problem("rounded_breaks_rules")])
    schedule, report = kept
    bound_micro = bound(instance, prices_of(instance, schedule.certificate)).micro
    gap = relative_gap(report.objective_micro, bound_micro)
    status: Literal["OPTIMAL", "FEASIBLE"] = "OPTIMAL" if report.objective_micro == bound_micro else "FEASIBLE"
    proof = Proof(
        status=status,
        objective=report.objective_min,
        bound=bound_micro / MICRO,
        gap=gap or 0,
        seed=told_proof.seed,
        workers=told_proof.workers,
        versions=told_proof.versions,
    )
    told = told.replace(status=status, objective_min=report.objective_min, bound_min=bound_micro / MICRO, gap=gap)
    return _outcome(instance, told, schedule.replace(proof=proof, uninvited=reasons(instance, schedule)), report)


def _outcome(instance: Instance, told: Outcome, schedule: Schedule, report: Report) -> Outcome:
    named = schedule.replace(instance=InstanceReference(name=instance.name, sha256=instance.digest))
    return told.replace(terms=report.terms, kpis=report.kpis, plan=plan_text(named))


def _kept(instance: Instance, schedule: Schedule) -> tuple[Schedule, Report] | None:
    """Schedule without those for whom the way is too long after all, and without sessions that this leaves too empty.

    None if it breaks a rule that leaving out does not mend.
    """
    report = check(instance, schedule)
    while report.violations:
        far = {w.client for w in _witnesses(report, "max_travel") if isinstance(w, Appointment)}
        houses = {instance.client_by_id[client].household for client in far} - {None}
        empty = {witness.session for witness in _witnesses(report, "min_load")}
        if not far and not empty:
            return None
        gone = {client.id for client in instance.clients if client.id in far or client.household in houses}
        schedule = schedule.replace(
            duties=tuple(duty for duty in schedule.duties if duty.session not in empty),
            appointments=tuple(a for a in schedule.appointments if a.client not in gone and a.session not in empty),
        )
        report = check(instance, schedule)
    return schedule, report


def _witnesses(report: Report, rule: str) -> list[Witness]:
    return [witness for found in report.violations if found.rule == rule for witness in found.violation.witnesses]
