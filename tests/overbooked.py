"""A plan with one overbooked session, with its figures worked out by hand.

In ``am``, at 09:00, a (0.4) and b (0.8) share a caseworker who sees c (0.5) at 10:00. With 0.4 · 0.8 = 0.32 somebody
waits from 09:00 to 10:00, with 0.32 · 0.5 = 0.16 somebody is left at 11:00; nobody comes to 09:00 with 0.6 · 0.2 =
0.12, nobody is there at 10:00 with 0.68 · 0.5 = 0.34. Of the three none come with 0.06, one with 0.34, two with 0.44,
all with 0.16; one of the two slots is the reserve. ``pm`` is not overbooked: d, e and f come with 0.9 each, one of four
slots is free.
"""

from outreach_optimizer.fields import Overbooking
from outreach_optimizer.instance import Instance
from tiny import caseworker, client, instance, plan, session, site

PLAN = plan("am-w1 pm-w2 pm-w3", "a-am-w1-09:00 b-am-w1-09:00 c-am-w1-10:00 d-pm-w2-13:00 e-pm-w2-14:00 f-pm-w3-13:00")


def overbooked(how: Overbooking = "slots") -> Instance:
    return instance(
        sites=(site("mihla", overbooking=how), site("ruhla")),
        sessions=(session("am", "mihla"), session("pm", "ruhla", start="13:00", end="15:00")),
        caseworkers=tuple(caseworker(name) for name in ("w1", "w2", "w3")),
        clients=(
            client("a", show_rate=0.4),
            client("b", show_rate=0.8),
            client("c", show_rate=0.5, mode="transit"),
            client("d", show_rate=0.9, mode="transit"),
            client("e", show_rate=0.9, mode="transit"),
            client("f", show_rate=0.9),
        ),
    )
