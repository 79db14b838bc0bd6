"""`staff_balance`: the spread between two bounds that squeeze all duty counts."""

from outreach_optimizer.model.variables import Model


def price(model: Model) -> None:
    """The upper bound minus the lower bound of the duties per caseworker."""
    if not model.instance.caseworkers or not model.instance.weights.staff_balance:
        return
    most = len(model.instance.sessions)
    busiest, idlest = model.cp.new_int_var(0, most, "busiest"), model.cp.new_int_var(0, most, "idlest")
    for w in range(len(model.instance.caseworkers)):
        duties = [(literal, 1) for (_, v), literal in model.duty.items() if v == w]
        model.add_sum([*duties, (busiest, -1)], high=0)
        model.add_sum([*duties, (idlest, -1)], low=0)
    model.price("staff_balance", [(busiest, 1000), (idlest, -1000)])
