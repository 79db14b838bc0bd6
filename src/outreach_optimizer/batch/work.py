"""Solve a task, in whatever process: text in, text out."""

import time
import traceback
from threading import Event

from outreach_optimizer.batch.memory import forget_peak, peak_mib
from outreach_optimizer.batch.task import Order, Outcome, fault_of, refused
from outreach_optimizer.errors import InputError, Problem
from outreach_optimizer.files import instance_of
from outreach_optimizer.instance import Instance
from outreach_optimizer.outputs.documents import plan_text
from outreach_optimizer.scenarios.apply import apply, validated
from outreach_optimizer.scenarios.checking import scenario_problems
from outreach_optimizer.scenarios.circumstances import under
from outreach_optimizer.solver import solve


def work(payload: str, stop: Event | None = None) -> str:
    """Outcome, as JSON, of a task's payload; one worker of CP-SAT, so that it is the same wherever it is found.

    Whatever is wrong with the input, or with us, is in the outcome; only a lack of memory raises.

    Parameters
    ----------
    stop
        When set, the search ends soon, with the best plan so far.
    """
    begin = time.monotonic()
    forget_peak()
    order = Order.model_validate_json(payload)
    try:
        outcome = _solved(order, stop)
    except InputError as error:
        outcome = refused("INVALID", error.problems)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a bug of ours in one task does not stop the others
        words = [*traceback.format_exception_only(error), *traceback.format_exception(error)]
        facts = {"reason": " ".join(" ".join(words).split())}
        outcome = Outcome(status="ERROR", faults=(fault_of(Problem("batch_error", facts=facts)),))
    return outcome.replace(seconds=round(time.monotonic() - begin, 3), peak_mib=peak_mib()).model_dump_json()


def varied(order: Order) -> Instance:
    """Instance of an order, its scenario applied.

    Raises
    ------
    InputError
        The instance is wrong, or the scenario does not fit it.
    """
    instance = instance_of(order.instance)
    if order.scenarios is None:
        return instance
    problems = scenario_problems(order.scenarios, instance)
    if problems:
        here = f"/scenarios/{order.position}"
        raise InputError(p._replace(pointer=p.pointer.replace("/scenarios/0", here, 1)) for p in problems)
    common = under(instance, order.scenarios.common)
    return apply(common, order.scenarios.scenarios[0]) if order.scenarios.scenarios else validated(common)


def _solved(order: Order, stop: Event | None) -> Outcome:
    instance = varied(order)
    result = solve(instance, time_limit_s=order.time_limit_s, workers=1, seed=order.seed, stop=stop)
    return Outcome(
        status=result.status.value,
        objective_min=result.objective_min,
        bound_min=result.bound_min,
        gap=result.gap,
        terms=result.report.terms if result.report else {},
        kpis=result.report.kpis if result.report else {},
        sha256=result.sha256,
        versions=result.versions,
        plan=plan_text(result.schedule) if result.schedule else None,
    )
