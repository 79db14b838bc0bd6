"""German calendar: public holidays, and when a posted letter counts as received."""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache


@lru_cache(maxsize=64)
def public_holidays(state: str, year: int) -> Mapping[dt.date, str]:
    """Public holidays of a federal state that are kept in all of it.

    Raises
    ------
    NotImplementedError
        The state is unknown (`is_state` tells beforehand).
    """
    import holidays  # noqa: PLC0415 - 0.1 s that most commands do not need

    return dict(holidays.country_holidays("DE", subdiv=state, years=year, language="de"))


@lru_cache(maxsize=64)
def corpus_christi(year: int) -> dt.date:
    """Fronleichnam: 60 days after Easter Sunday; in Thuringia kept in some municipalities only."""
    from dateutil.easter import easter  # noqa: PLC0415 - not needed by most commands

    return easter(year) + dt.timedelta(days=60)


def is_state(state: str) -> bool:
    """Whether ``state`` is the two-letter code of a German federal state."""
    import holidays  # noqa: PLC0415 - 0.1 s that most commands do not need

    return state in holidays.list_supported_countries(include_aliases=False)["DE"]


def is_working_day(date: dt.date, state: str) -> bool:
    """Monday to Friday and no public holiday."""
    return date.weekday() < 5 and date not in public_holidays(state, date.year)


def deemed_notified(posted: dt.date, postal_days: int, state: str) -> dt.date:
    """Day on which a letter counts as received.

    So many calendar days after posting; if that is no working day, the next one (disputed for SGB X, the safe side).

    References
    ----------
    § 37 Abs. 2 SGB X as of 1 January 2025 (fourth day; BGBl. 2024 I Nr. 236).
    """
    date = posted + dt.timedelta(days=postal_days)
    while not is_working_day(date, state):
        date += dt.timedelta(days=1)
    return date


def can_be_notified(
    date: dt.date,
    posting_days: tuple[dt.date, ...],
    *,
    postal_days: int,
    notice_days: int,
    max_lead_days: int,
    state: str,
) -> bool:
    """Whether a letter posted on one of the days announces ``date`` neither too late nor too early.

    No posting days at all mean that letters are posted whenever needed.
    """
    if not posting_days:
        return True
    return any(
        deemed_notified(posted, postal_days, state) + dt.timedelta(days=notice_days)
        <= date
        <= posted + dt.timedelta(days=max_lead_days)
        for posted in posting_days
    )
