"""`holiday`: no duties on days on which the town hall is closed."""

import numpy as np

from outreach_optimizer.calendar_de import corpus_christi, public_holidays
from outreach_optimizer.instance import Session
from outreach_optimizer.model.space import Space


def narrow(space: Space) -> None:
    """Take away the sessions on public holidays, kept Corpus Christi and closure days."""
    instance = space.instance

    def closed(session: Session) -> bool:
        site, date = instance.site_by_id[session.site], session.date
        if site.keeps_corpus_christi and date == corpus_christi(date.year):
            return True
        return date in site.closures or date in public_holidays(instance.rules.holiday_state, date.year)

    space.duty[np.array([closed(session) for session in instance.sessions], dtype=np.bool_)] = False
