"""`max_duties`: two knapsacks per caseworker."""

from outreach_optimizer.model.variables import Model


def encode(model: Model) -> None:
    """Bound the number of duties and the minutes of the tours of each caseworker."""
    for w, caseworker in enumerate(model.instance.caseworkers):
        if caseworker.max_duties is not None:
            duties = [(literal, 1) for (_, v), literal in model.duty.items() if v == w]
            model.add_sum(duties, high=caseworker.max_duties)
        if caseworker.max_minutes is not None:
            minutes = [(option.literal, option.tour.away_min) for option in model.tours if option.w == w]
            model.add_sum(minutes, high=caseworker.max_minutes)
