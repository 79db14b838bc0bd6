"""`tour`: only tours that can be driven and are lawful."""

from outreach_optimizer.instance import Caseworker, Session
from outreach_optimizer.model.space import Space
from outreach_optimizer.travel import Tour


def narrow(space: Space) -> None:
    """Take away tours with overlapping sessions, unknown ways, too short drives, too much work or too little rest."""
    rules = space.instance.rules

    def overlap(one: Session, other: Session) -> bool:
        return one.start < other.end and other.start < one.end

    def lawful(_: Caseworker, tour: Tour) -> bool:
        if tour.drive_milli_min is None or tour.missing_min > 0 or tour.work_min > rules.max_work_min:
            return False
        if tour.work_min > rules.rest_after_min and tour.rest_min < rules.rest_min:
            return False
        return not (tour.work_min > rules.long_rest_after_min and tour.rest_min < rules.long_rest_min)

    space.apart = overlap
    space.keep_tours(lawful)
