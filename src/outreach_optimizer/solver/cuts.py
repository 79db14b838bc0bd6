"""What the coarse model learns from a session that cannot be seated."""

from collections.abc import Iterable, Iterator

from ortools.sat.python.cp_model import IntVar

from outreach_optimizer.attendance import rates_in
from outreach_optimizer.model.variables import Model, Promise
from outreach_optimizer.solver.seating import Guests, breaks_risk

Cell = tuple[int, int]
"""A caseworker and a minute of the day at which a slot starts."""


def cut(model: Model, core: Guests) -> None:
    """Forbid, for ever, guests that cannot be seated with this crew, and others like them if possible.

    Proof of `_hall`: whoever is seated fills as many cells as the talk has slots, no cell is filled twice, and the
    claims counted fill cells of the set only, or cells that a further caseworker brings along at the same minutes.
    Where the conflict is not of that kind, the guests themselves are forbidden (`_these`).
    """
    if model.overbooked(core.s):
        if breaks_risk(model.instance, core):
            _cover(model, core)
        else:
            _these(model, core)
    elif not _hall(model, core):
        _these(model, core)


def _cover(model: Model, core: Guests) -> None:
    """Extended cover: not as many as the core out of it and of all who count at least as much as any of it.

    Proof. The probability that too many come rises when somebody is replaced by somebody who comes more often or keeps
    more slots. Among as many as the core has, those from outside replace somebody of the core. A larger crew lifts it.
    """
    clients, session = model.instance.clients, model.instance.sessions[core.s]
    names = {clients[c].id: c for c in model.clients_in[core.s]}
    rates = {names[name]: rate for name, rate in rates_in(model.instance, session, names).items()}
    counts = {c: clients[c].slots if clients[c].slots > 1 else rates[c] for c in model.clients_in[core.s]}
    heaviest = max(counts[c] for c in core.clients)
    extended = [c for c in model.clients_in[core.s] if c in core.clients or counts[c] >= heaviest]
    larger = [literal for size, literal in model.sizes[core.s] if size > len(core.crew)]
    slack = len(extended) - len(core.clients) + 1
    terms = [*((model.invited[c, core.s], 1) for c in extended), *((literal, -slack) for literal in larger)]
    model.add_sum(terms, high=len(core.clients) - 1)


def _hall(model: Model, core: Guests) -> bool:
    """Hall's condition for the cells that the core can fill; False if the core does not violate it."""
    clients = model.instance.clients
    kept = {promise.c: promise for promise in core.promises}
    claims = [kept.get(c, Promise(c, core.s, caseworker=None, start=None)) for c in core.clients]
    cells = {cell for claim in claims for cell in _cells(model, claim, core.crew)}
    if sum(clients[c].slots for c in core.clients) <= len(cells):
        return False
    minutes = {minute for claim in claims for minute in _minutes(model, claim)}
    terms = [(literal, clients[c].slots) for c, literal in _inside(model, core, cells, minutes)]
    for w in model.crew_of[core.s]:
        brings = sum(1 for v, _ in cells if v == w) if w in core.crew else len(minutes)
        terms.append((model.duty[core.s, w], -brings))
    model.add_sum(terms, high=0)
    return True


def _inside(model: Model, core: Guests, cells: set[Cell], minutes: set[int]) -> Iterator[tuple[int, IntVar]]:
    """Clients whose invitation, or else one of whose promises, can fill nothing but the cells; one claim per client.

    The promises of the core come first: a cut on another promise of the same client would not forbid the core.
    """
    promised: dict[int, list[tuple[Promise, IntVar]]] = {}
    for promise, literal in model.promises.items():
        if promise.s == core.s and promise.caseworker in (None, *core.crew):
            promised.setdefault(promise.c, []).append((promise, literal))
    for c in model.clients_in[core.s]:
        invitation = Promise(c, core.s, caseworker=None, start=None), model.invited[c, core.s]
        for claim, literal in [invitation, *sorted(promised.get(c, ()), key=lambda p: p[0] not in core.promises)]:
            if _minutes(model, claim) <= minutes and _cells(model, claim, core.crew) <= cells:
                yield c, literal
                break


def _minutes(model: Model, claim: Promise) -> set[int]:
    """Minutes at which a slot starts that an appointment may fill, as far as its start is known."""
    slot_min, slots = model.instance.slot_min, model.instance.clients[claim.c].slots
    starts = model.space.starts(claim.c, claim.s) if claim.start is None else (claim.start,)
    return {start + slot * slot_min for start in starts for slot in range(slots)}


def _cells(model: Model, claim: Promise, crew: Iterable[int]) -> set[Cell]:
    """Cells that an appointment may fill, as far as its caseworker and start are known."""
    able = [w for w in crew if model.space.able[claim.c, w] and claim.caseworker in (None, w)]
    return {(w, minute) for w in able for minute in _minutes(model, claim)}


def _these(model: Model, core: Guests) -> None:
    """Not these guests and promises with this crew or a part of it.

    A further caseworker, or a further member of one of the households, may make it possible again.
    """
    households = {model.instance.clients[c].household for c in core.clients} - {None}
    literals = [~model.invited[c, core.s] for c in core.clients]
    literals += [~model.promises[promise] for promise in core.promises]
    literals += [model.duty[core.s, w] for w in model.crew_of[core.s] if w not in core.crew]
    literals += [
        model.invited[c, core.s]
        for c in model.clients_in[core.s]
        if c not in core.clients and model.instance.clients[c].household in households
    ]
    model.cp.add_bool_or(literals)
