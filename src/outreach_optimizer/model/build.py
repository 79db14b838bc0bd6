"""From an instance to a CP-SAT model."""

from collections.abc import Iterable, Sequence

from outreach_optimizer.instance import Instance
from outreach_optimizer.model.constraints import ENCODERS
from outreach_optimizer.model.objectives import PRICES
from outreach_optimizer.model.space import Mask, Space
from outreach_optimizer.model.strengthen import INEQUALITIES
from outreach_optimizer.model.variables import Model

TOUR_RULES = frozenset({"tour", "caseworker_available", "max_duties"})


def build(
    instance: Instance,
    *,
    exact: bool = False,
    safe: bool = False,
    rules: Iterable[str] = tuple(ENCODERS),
    terms: Iterable[str] = tuple(PRICES),
    inequalities: Iterable[str] = tuple(INEQUALITIES),
    candidate_starts: Sequence[Sequence[int]] | None = None,
    kept: tuple[Mask, Mask] | None = None,
) -> Model:
    """Narrow, make literals, encode the rules, price the terms, strengthen.

    Parameters
    ----------
    instance
        The problem.
    exact
        A literal per appointment, instead of one per invitation to a session.
    safe
        See `Model`; a model that is not safe leaves to the seating what is between sure and possible.
    rules, terms, inequalities
        Names of those to include; all by default. Inequalities whose proof needs a rule that is left out stay out.
    candidate_starts
        See `Space`.
    kept
        Clients × sessions and sessions × caseworkers: a part of the model, without the invitations and duties that are
        false here.
    """
    active, priced = frozenset(rules), frozenset(terms)
    space = narrowed(instance, active, candidate_starts)
    encoders = [ENCODERS[name] for name in ENCODERS if name in active]
    if kept is not None:
        space.pair &= kept[0]
        space.duty &= kept[1]
    driven = bool(active & TOUR_RULES) or "staff_travel" in priced
    model = Model(space, exact=exact, single="one_invitation" in active, driven=driven, safe=safe)
    for encoder in encoders:
        if hasattr(encoder, "encode"):
            encoder.encode(model)
    for name, module in PRICES.items():
        if name in priced:
            module.price(model)
    wanted = frozenset(inequalities)
    for name, module in INEQUALITIES.items():
        if name in wanted and active >= module.NEEDS:
            module.strengthen(model)
    model.minimize()
    return model


def narrowed(
    instance: Instance, rules: Iterable[str], candidate_starts: Sequence[Sequence[int]] | None = None
) -> Space:
    """What the rules leave possible, before there is any literal."""
    active, space = frozenset(rules), Space(instance, candidate_starts)
    for name, encoder in ENCODERS.items():
        if name in active and hasattr(encoder, "narrow"):
            encoder.narrow(space)
    return space
