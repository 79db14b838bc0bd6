"""`pinned`: literals set to true."""

from ortools.sat.python.cp_model import IntVar

from outreach_optimizer.model.variables import Model


def encode(model: Model) -> None:
    """Set pinned duties and appointments; a pin without a literal makes the model infeasible."""
    instance = model.instance
    c_of = {client.id: c for c, client in enumerate(instance.clients)}
    s_of = {session.id: s for s, session in enumerate(instance.sessions)}
    w_of = {caseworker.id: w for w, caseworker in enumerate(instance.caseworkers)}
    for duty in instance.pins.duties:
        _set(model, model.duty.get((s_of[duty.session], w_of[duty.caseworker])))
    for pin in instance.pins.appointments:
        c, s, w = c_of[pin.client], s_of[pin.session], w_of[pin.caseworker]
        if model.exact:
            _set(model, model.booked.get((c, s, w, pin.start)))
        else:
            _set(model, model.meets(c, s, w))
            _set(model, model.starts_at(c, s, pin.start))


def _set(model: Model, literal: IntVar | None) -> None:
    model.cp.add_bool_or([] if literal is None else [literal])
