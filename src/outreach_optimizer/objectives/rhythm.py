"""`rhythm`: outreach days when people expect them."""

from itertools import pairwise

from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule


def rhythm(instance: Instance, schedule: Schedule) -> int:
    """Thousandths of the days by which gaps between consecutive outreach days of a site miss its ``rhythm_days``.

    References
    ----------
    docs/requirements.md, T10 (first and third Tuesday: Bochum Quartiersarbeit).
    """
    total = 0
    for site in instance.sites:
        if site.rhythm_days is None:
            continue
        dates = sorted({s.date for s in instance.sessions if s.site == site.id and schedule.crew(s.id)})
        total += 1000 * sum(abs((later - earlier).days - site.rhythm_days) for earlier, later in pairwise(dates))
    return total
