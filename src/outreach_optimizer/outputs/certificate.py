"""What a certificate proves, and, kept apart from it, what the solver said."""

from collections.abc import Iterator, Mapping

from rich.text import Text

from outreach_optimizer.checker import MICRO, Report
from outreach_optimizer.errors import CheckError
from outreach_optimizer.instance import Instance
from outreach_optimizer.outputs.calendar import made_elsewhere, other_instance, verdict
from outreach_optimizer.relaxation.bound import Bound
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.texts import Texts


def certified_gap(report: Report, bound: Bound) -> float | None:
    """``(objective - bound) / objective``, 0 if both are 0; None for a plan that breaks rules.

    Raises
    ------
    CheckError
        A plan that keeps every rule costs less than the bound.
    """
    if report.violations:
        return None
    if bound.micro > report.objective_micro:
        raise CheckError(f"certified bound {bound.micro} above the checked objective {report.objective_micro}: {bound}")
    return (report.objective_micro - bound.micro) / report.objective_micro if report.objective_micro else 0.0


def certificate_document(instance: Instance, schedule: Schedule, report: Report, bound: Bound) -> Mapping[str, object]:
    """What `certify` found; ``claimed`` is the solver's and was not verified."""
    reference, proof = schedule.instance, schedule.proof
    return {
        "violations": len(report.violations),
        "objective_min": report.objective_min,
        "objective_micro": report.objective_micro,
        "certificate": schedule.certificate is not None,
        "bound_min": bound.micro / MICRO,
        "bound_micro": bound.micro,
        "gap": certified_gap(report, bound),
        "parts_micro": bound._asdict(),
        "claimed": None
        if proof is None
        else {"status": proof.status, "objective_min": proof.objective, "bound_min": proof.bound, "gap": proof.gap},
        "instance": {"name": instance.name, "sha256": instance.digest},
        "made_for_this_instance": None if reference is None else reference.sha256 == instance.digest,
    }


def certificate_lines(
    instance: Instance, schedule: Schedule, report: Report, bound: Bound, texts: Texts
) -> Iterator[Text]:
    """What is proven, what it rests on, and what the solver said."""
    gap = certified_gap(report, bound)
    yield verdict(report, texts)
    if made_elsewhere(instance, schedule):
        yield other_instance(schedule, texts)
        yield Text(texts.say("certify.other_instance"), "yellow")
    yield Text(texts.say("certify.objective", objective=texts.text(report.objective_min, ",.3f")), "bold")
    yield Text(texts.say("certify.bound", bound=texts.text(bound.micro / MICRO, ",.3f")), "bold")
    if gap is None:
        yield Text(texts.say("certify.no_gap"), "yellow")
    else:
        yield Text(texts.say("certify.gap", gap=texts.text(100 * gap, ",.3f")), "bold")
    if schedule.certificate is None:
        yield Text(texts.say("certify.no_certificate"), "yellow")
    else:
        yield Text(texts.say("certify.verified"), "green")
    yield Text("")
    yield Text(texts.say("certify.claimed"), "dim")
    proof = schedule.proof
    if proof is None:
        yield Text(texts.say("certify.nothing_claimed"), "dim")
        return
    facts = {"objective": proof.objective, "bound": proof.bound, "gap": 100 * proof.gap}
    numbers = {name: texts.text(value, ",.3f") for name, value in facts.items()}
    yield Text(texts.say(f"certify.claim.{proof.status.lower()}", **numbers), "dim")
