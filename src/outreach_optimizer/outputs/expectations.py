"""What is to be expected of a session, in few words and for machines."""

from collections.abc import Iterable, Iterator, Mapping

from outreach_optimizer.instance import Instance
from outreach_optimizer.outlook import Outlook, outlooks
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.texts import Texts

BETWEEN = " · "


def mean_wait_min(outlook: Outlook) -> float:
    """Expected waiting per client who comes; 0 if nobody comes."""
    return outlook.wait_min / outlook.shows if outlook.shows else 0.0


def attendance_facts(outlook: Outlook, texts: Texts) -> Iterator[str]:
    """Write how many come, and how long caseworkers are idle."""
    span = str(outlook.low) if outlook.low == outlook.high else f"{outlook.low}–{outlook.high}"
    yield texts.say("show.expected", shows=texts.number(outlook.shows, 1), range=span)
    yield texts.say("show.idle", idle=texts.number(outlook.idle_min, 0))


def crowding_facts(outlook: Outlook, limit: float, texts: Texts, *, longest: bool = True) -> Iterator[str]:
    """Write what overbooking brings with it; nothing where a session is not overbooked.

    Parameters
    ----------
    limit
        Of the risk.
    longest
        Also tell how long the client waits who waits longest.
    """
    if outlook.risk is None:
        return
    yield texts.say("show.risk", risk=_percent(outlook.risk, texts, 1), limit=_percent(limit, texts))
    mean, most = texts.number(mean_wait_min(outlook), 0), texts.number(outlook.longest_wait_min, 0)
    if longest:
        yield texts.say("show.waiting", mean=mean, longest=most)
    else:
        yield texts.say("show.waiting_mean", mean=mean)
    yield texts.say("show.overtime", overtime=texts.number(outlook.overtime_min, 0))


def filled(facts: Iterable[str], width: int) -> Iterator[str]:
    """Put facts into lines of at most ``width`` characters, each fact in one piece if it fits."""
    line = ""
    for fact in facts:
        longer = f"{line}{BETWEEN}{fact}" if line else fact
        if line and len(longer) > width:
            yield line
            longer = fact
        line = longer
    if line:
        yield line


def session_documents(instance: Instance, schedule: Schedule) -> list[Mapping[str, object]]:
    """Figures of each session with a crew: minutes, ``risk`` as a part of 1, null where nothing is overbooked.

    ``range`` holds with 90 % probability; ``wait_min`` is that of all clients together, ``mean_wait_min`` that of one
    who comes, ``longest_wait_min`` that of the client who waits longest, given coming.
    """
    return [
        {
            "id": outlook.session.id,
            "invited": outlook.invited,
            "expected_shows": outlook.shows,
            "range": [outlook.low, outlook.high],
            "risk": outlook.risk,
            "idle_min": outlook.idle_min,
            "wait_min": outlook.wait_min,
            "mean_wait_min": mean_wait_min(outlook),
            "longest_wait_min": outlook.longest_wait_min,
            "overtime_min": outlook.overtime_min,
        }
        for outlook in outlooks(instance, schedule)
    ]


def _percent(share: float, texts: Texts, digits: int | None = None) -> str:
    return texts.say("show.percent", percent=texts.number(100 * share, digits))
