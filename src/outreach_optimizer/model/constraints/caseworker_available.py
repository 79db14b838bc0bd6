"""`caseworker_available`: only tours inside a window."""

from outreach_optimizer.instance import Caseworker
from outreach_optimizer.model.space import Space
from outreach_optimizer.travel import Tour


def narrow(space: Space) -> None:
    """Take away the tours that start too early, end too late or fall on an absence."""

    def inside(caseworker: Caseworker, tour: Tour) -> bool:
        if tour.date in caseworker.absent:
            return False
        return not caseworker.windows or any(
            window.holds_on(tour.date) and window.start <= tour.departure and tour.arrival <= window.end
            for window in caseworker.windows
        )

    space.keep_tours(inside)
