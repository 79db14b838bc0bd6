"""A simulation of a plan to read, and as a document for machines."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from rich.console import RenderableType
from rich.text import Text

from outreach_optimizer.instance import Instance, Session
from outreach_optimizer.outputs.sentences import session_name
from outreach_optimizer.outputs.tables import heading_table
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.simulation import Simulation
from outreach_optimizer.simulation.figures import CONFIDENCE, FAMILY_CONFIDENCE, Figure
from outreach_optimizer.texts import Texts

Key = TypeVar("Key", bound=str)
COLUMNS = ("shows", "idle_min", "wait_min", "overtime_min", "risk")
DIFFERING_SHOWN = 6


def simulation_lines(instance: Instance, simulation: Simulation, texts: Texts) -> Iterator[RenderableType]:
    """Table of sessions, the longest expected waiting, and whether mathematics and simulation agree."""
    if not simulation.sessions:
        yield Text(texts.say("show.no_sessions"), "yellow")
        return
    table = heading_table(texts.say("simulate.title", replications=texts.text(simulation.replications, ",d")))
    table.add_column(texts.say("simulate.session"))
    table.add_column(texts.say("simulate.invited"), justify="right")
    for name in COLUMNS:
        table.add_column(texts.say(f"simulate.{name}"), justify="right", no_wrap=True)
    for trial in simulation.sessions:
        cells = (_cell(name, trial.figures.get(name), texts) for name in COLUMNS)
        table.add_row(_day(instance, trial.outlook.session, texts), texts.text(trial.outlook.invited), *cells)
    table.add_section()
    invited = sum(trial.outlook.invited for trial in simulation.sessions)
    total = (_cell(name, simulation.total.get(name), texts) for name in COLUMNS)
    table.add_row(texts.say("simulate.total"), texts.text(invited), *total)
    yield table
    yield Text(texts.say("simulate.legend"), "dim")
    yield from _longest(instance, simulation, texts)
    yield Text(f"\n{verdict(simulation, texts)}", "bold green" if simulation.agrees else "bold red")


def verdict(simulation: Simulation, texts: Texts) -> str:
    """Whether mathematics and simulation agree."""
    family = simulation.family
    facts = {
        "figures": len(family.figures),
        "outside": len(family.outside),
        "percent": texts.number(100 * (1 - FAMILY_CONFIDENCE), 1),
    }
    if simulation.agrees:
        return texts.say("simulate.agrees", **facts)
    shown = list(family.differing[:DIFFERING_SHOWN])
    more = ["…"] if len(family.differing) > len(shown) else []
    return texts.say("simulate.differs", **facts, differing=len(family.differing), names=[*shown, *more])


def simulation_document(instance: Instance, schedule: Schedule, simulation: Simulation) -> Mapping[str, object]:
    """Every figure, exact and simulated; minutes, shares as fractions."""
    family, reference = simulation.family, schedule.instance
    return {
        "agrees": simulation.agrees,
        "differing": list(family.differing),
        "outside_interval": list(family.outside),
        "compared": len(family.figures),
        "confidence": CONFIDENCE,
        "family_confidence": FAMILY_CONFIDENCE,
        "family_z": family.z,
        "replications": simulation.replications,
        "seed": simulation.seed,
        "total": _figures(simulation.total),
        "longest_wait": _longest_document(simulation),
        "sessions": [
            {
                "session": trial.outlook.session.id,
                "date": str(trial.outlook.session.date),
                "site": trial.outlook.session.site,
                "invited": trial.outlook.invited,
                "capacity": trial.outlook.capacity,
                "figures": _figures(trial.figures),
                "longest_wait": trial.longest,
                "waits_min": _figures(trial.waits_min),
            }
            for trial in simulation.sessions
        ],
        "instance": {"name": instance.name, "sha256": instance.digest},
        "made_for_this_instance": None if reference is None else reference.sha256 == instance.digest,
    }


def _day(instance: Instance, session: Session, texts: Texts) -> Text:
    day = texts.say("show.day", weekday=texts.weekday(session.date), date=session.date)
    return Text.assemble(day, "\n", (instance.site_by_id[session.site].name, "dim"))


def _cell(name: str, one: Figure | None, texts: Texts) -> Text:
    """Exact value above, simulated one below."""
    if one is None:
        return Text(texts.text(None))
    return Text.assemble(_value(name, one.exact, texts), "\n", (_simulated(name, one, texts), "dim"))


def _simulated(name: str, one: Figure, texts: Texts) -> str:
    low, high = one.interval()
    return texts.say("simulate.mean", mean=_value(name, one.mean, texts), half=_value(name, (high - low) / 2, texts))


def _value(name: str, value: float, texts: Texts) -> str:
    if name == "risk":
        return texts.text(100 * value, ".1f")
    return texts.text(value, ",.2f" if name == "shows" else ",.1f")


def _longest(instance: Instance, simulation: Simulation, texts: Texts) -> Iterator[Text]:
    if simulation.longest is None:
        return
    trial, client = simulation.longest
    one = trial.waits_min[client]
    if one.exact > 0 or one.mean > 0:
        session = session_name(instance, trial.outlook.session, texts)
        exact, simulated = _value("wait_min", one.exact, texts), _simulated("wait_min", one, texts)
        yield Text(texts.say("simulate.longest", client=client, session=session, exact=exact, simulated=simulated))


def _longest_document(simulation: Simulation) -> Mapping[str, object] | None:
    if simulation.longest is None:
        return None
    trial, client = simulation.longest
    return {"session": trial.outlook.session.id, "client": client, **_figure(trial.waits_min[client])}


def _figures(figures: Mapping[Key, Figure]) -> dict[Key, dict[str, object]]:
    return {name: _figure(one) for name, one in figures.items()}


def _figure(one: Figure) -> dict[str, object]:
    low, high = one.interval()
    return {
        "exact": one.exact,
        "mean": one.mean,
        "low": low,
        "high": high,
        "inside": one.inside,
        "standard_error": one.error,
        "samples": one.samples,
    }
