"""Random small instances for property tests: every field that a rule or a term reads varies, a few at a time."""

from collections.abc import Sequence
from typing import Any, Protocol

from hypothesis import strategies as st

from outreach_optimizer.assumptions import TravelTable
from outreach_optimizer.fields import WEEKDAYS
from outreach_optimizer.instance import Caseworker, Client, Instance, Session, Site, Window
from tiny import caseworker, client, day, instance, office, only, session, site, table, window

TOPICS = (
    "status", "suitable", "closures", "frequency", "spacing", "rhythm", "site_crew", "breaks", "room", "desks", "setup",
    "hours", "staff_windows", "skills", "max_duties", "slots", "continuity", "client_windows", "priority", "due",
    "summons", "household", "long_ways", "unknown_ways", "budget", "crew", "reserve", "load", "rest", "posting",
    "published", "overbooking", "rates", "risk", "waiting", "attendance", "expected",
)  # fmt: skip
"""What may differ from the plain case; an instance with all of it at once hardly ever has a schedule."""


ATTENDANCE = {
    "travel_per_min": 0.1, "no_car_factor": 0.5, "reference_min": 15, "reminder": 0.565, "lead_per_week": 1.5,
    "lead_free_days": 10,
}  # fmt: skip
"""Every effect at once, strong enough to be seen on ways of minutes."""
TEMPLATES = (None, (1,), (2,), (1, 2), (0, 3), (2, 0))
EXPECTED = ("expected_idle", "expected_wait", "expected_overtime")
PRICES = (0, 0, 1, 0.37, 4)


class Pick(Protocol):
    """``pick(topic, plain, …)``: the plain value, or if the topic is on, any of the values."""

    def __call__(self, topic: str, plain: Any, /, *others: Any) -> Any: ...  # noqa: ANN401 - a value of any field


@st.composite
def instances(draw: st.DrawFn, *, always: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> Instance:
    """Two or three sites, two to four sessions, two or three caseworkers, one to four clients.

    Topics ``always`` are on, topics ``without`` stay plain.
    """
    topics = [topic for topic in TOPICS if topic not in without]
    on = draw(st.lists(st.sampled_from(topics), min_size=2, max_size=9, unique=True))
    sizes = draw(st.sampled_from(((2, 2), (2, 3), (3, 2), (3, 3), (4, 2))))
    return _instance(draw, [*on, *always], *sizes, draw(st.integers(1, 4)))


@st.composite
def crowded_instances(draw: st.DrawFn) -> Instance:
    """One or two sessions that hardly seat the clients who want to come: times, households and promises in the way."""
    hours = (("09:00", "10:00"), ("09:00", "11:00"), ("10:00", "11:00"), ("10:00", "12:00"))
    people, offers = ("w0", "w1"), ("s0", "s1")[: draw(st.integers(1, 2))]
    guests = [f"c{number}" for number in range(draw(st.integers(3, 5)))]
    return instance(
        sites=(site("site0"),),
        sessions=tuple(
            session(name, "site0", on=number, end=draw(st.sampled_from(("11:00", "12:00"))), setup_min=5)
            for number, name in enumerate(offers)
        ),
        caseworkers=(caseworker("w0", skills=draw(st.sampled_from(((), ("debt",))))), caseworker("w1")),
        clients=tuple(
            client(
                name,
                slots=draw(st.sampled_from((1, 1, 2))),
                windows=tuple(window(*span) for span in draw(st.lists(st.sampled_from(hours), max_size=1))),
                skills=draw(st.sampled_from(((), (), ("debt",)))),
                caseworker=draw(st.sampled_from(people)),
                continuity=draw(st.sampled_from(("none", "soft", "hard"))),
                household=draw(st.sampled_from((None, "home", "flat"))),
                priority=draw(st.sampled_from((1, 0.5))),
            )
            for name in guests
        ),
        travel=only(
            table("clients", ["site0"], {name: [1] for name in guests}), table("offices", ["site0"], {"base": [1]})
        ),
        rules={"min_crew": 1, "walk_in_reserve": draw(st.sampled_from((0, 0, 1)))},
        weights={"changes": draw(st.sampled_from((6, 60))), "staff_balance": 0},
        published=_published(draw, [name for name in guests if draw(st.booleans())], offers, people),
    )


@st.composite
def wanted_instances(draw: st.DrawFn) -> Instance:
    """One session or two, in which more want to meet the same caseworker than this one has slots."""
    offers = ("s0", "s1")[: draw(st.sampled_from((1, 1, 2)))]
    people = ("w0", "w1", "w2")[: draw(st.sampled_from((2, 2, 3)))]
    guests = [f"c{number}" for number in range(draw(st.integers(3, 5)))]
    return instance(
        sites=(site("site0"),),
        sessions=tuple(
            session(name, "site0", on=number, end=draw(st.sampled_from(("10:00", "11:00", "11:00", "12:00"))), desks=2)
            for number, name in enumerate(offers)
        ),
        caseworkers=tuple(caseworker(name, skills=draw(st.sampled_from(((), ("debt",))))) for name in people),
        clients=tuple(
            client(
                name,
                slots=draw(st.sampled_from((1, 1, 1, 2))),
                skills=draw(st.sampled_from(((), (), (), ("debt",)))),
                caseworker=draw(st.sampled_from(("w0", "w0", "w0", "w1"))),
                continuity=draw(st.sampled_from(("soft", "soft", "soft", "hard", "none"))),
                priority=draw(st.sampled_from((1, 0.5, 0.25))),
            )
            for name in guests
        ),
        travel=only(
            table("clients", ["site0"], {name: [draw(st.sampled_from((1, 5, 20)))] for name in guests}),
            table("offices", ["site0"], {"base": [draw(st.sampled_from((1, 10)))]}),
        ),
        rules={"min_crew": draw(st.sampled_from((1, 2))), "walk_in_reserve": draw(st.sampled_from((0, 0, 1)))},
        weights={"continuity": draw(st.sampled_from((20, 60, 200))), "staff_balance": 0},
    )


@st.composite
def overbooked_instances(draw: st.DrawFn, *, priced: tuple[str, ...] = ()) -> Instance:
    """One or two sessions that more want than fit, most of whom stay away; terms that may have a price."""
    hours = (("09:00", "10:00"), ("10:00", "11:00"))
    people, offers = ("w0", "w1")[: draw(st.integers(1, 2))], ("s0", "s1")[: draw(st.sampled_from((1, 1, 2)))]
    guests = [f"c{number}" for number in range(draw(st.integers(3, 5)))]
    return instance(
        sites=(site("site0"), site("site1", overbooking=draw(st.sampled_from((None, "none", "session", "slots"))))),
        sessions=tuple(
            session(name, f"site{number}", on=number, end=draw(st.sampled_from(("10:00", "11:00"))), setup_min=5)
            for number, name in enumerate(offers)
        ),
        caseworkers=tuple(caseworker(name) for name in people),
        clients=tuple(
            client(
                name,
                slots=draw(st.sampled_from((1, 1, 1, 2))),
                windows=tuple(window(*span) for span in draw(st.sampled_from(((), (), *((span,) for span in hours))))),
                show_rate=draw(st.sampled_from((0.1, 0.3, 0.35, 0.4, 0.5, 0.65, 0.8))),
                household=draw(st.sampled_from((None, None, None, "home"))),
                caseworker=draw(st.sampled_from(people)),
                continuity=draw(st.sampled_from(("none", "none", "soft", "hard"))),
                priority=draw(st.sampled_from((1, 0.5, 0.25))),
            )
            for name in guests
        ),
        travel=only(
            table("clients", ["site0", "site1"], {name: draw(st.sampled_from(((1, 2), (3, 1)))) for name in guests}),
            table("offices", ["site0", "site1"], {"base": [1, 2]}),
            table("sites", ["site0", "site1"], {"site0": [0, 4], "site1": [4, 0]}),
        ),
        rules={
            "min_crew": 1,
            "walk_in_reserve": draw(st.sampled_from((0, 0, 1))),
            "overbooking": draw(st.sampled_from(("session", "slots"))),
            "overflow_risk": draw(st.sampled_from((0.05, 0.1, 0.2))),
            "template": draw(st.sampled_from(((2, 1), (2,), (3, 1), (1, 2), (0, 3)))),
            "max_wait_min": draw(st.sampled_from((0, 12, 20, 30, 60))),
        },
        weights=dict.fromkeys(EXPECTED, 0) | {term: draw(st.sampled_from(PRICES)) for term in priced},
        published=_published(
            draw, [name for name in guests if draw(st.sampled_from((False, False, True)))], offers, people
        ),
    )


def _instance(draw: st.DrawFn, on: list[str], session_count: int, caseworker_count: int, client_count: int) -> Instance:
    def pick(topic: str, plain: Any, /, *others: Any) -> Any:  # noqa: ANN401 - a value of any field
        return draw(st.sampled_from((plain, *others))) if topic in on else plain

    places = [f"site{number}" for number in range(draw(st.integers(2, 3)))]
    offers = [f"s{number}" for number in range(session_count)]
    people = [f"w{number}" for number in range(caseworker_count)]
    guests = [f"c{number}" for number in range(client_count)]
    return instance(
        offices=(office("base"), office("branch")),
        sites=tuple(_site(pick, name) for name in places),
        sessions=tuple(_session(draw, pick, name, places) for name in offers),
        caseworkers=tuple(_caseworker(draw, pick, name) for name in people),
        clients=tuple(_client(draw, pick, name, people) for name in guests),
        posting_days=pick("posting", (), (day(-14),), (day(-10),), (day(-35), day(-12))),
        travel=only(
            _table(draw, pick, "clients", guests, places, (0, 5, 12.5, 20, 31)),
            _table(draw, pick, "offices", ["base", "branch"], places, (5, 10.5, 20)),
            _table(draw, pick, "sites", places, places, (0, 10.5, 30)),
        ),
        rules=_rules(pick),
        weights=_weights(draw, pick),
        attendance=pick("attendance", {}, ATTENDANCE, ATTENDANCE | {"no_car_factor": 2, "lead_per_week": 0}),
        published=_published(draw, [name for name in guests if pick("published", False, True)], offers, people),
    )


def _published(
    draw: st.DrawFn, guests: Sequence[str], offers: Sequence[str], people: Sequence[str]
) -> tuple[dict[str, object], ...]:
    return tuple(
        {
            "client": name,
            "session": draw(st.sampled_from((*offers, "gone"))),
            "caseworker": draw(st.sampled_from(people)),
            "start": draw(st.sampled_from(("09:00", "10:00", "10:30"))),
            "notified": draw(st.booleans()),
        }
        for name in guests
    )


def _site(pick: Pick, name: str) -> Site:
    return site(
        name,
        status=pick("status", "open", "planned", "candidate"),
        barrier_free=pick("suitable", True, False),
        network_ok=pick("suitable", True, False),
        closures=pick("closures", (), (day(0),), (day(1), day(8))),
        min_sessions=pick("frequency", 0, 0, 1, 2),
        max_sessions=pick("frequency", None, 1, 2),
        spacing_days=pick("spacing", 0, 1, 2, 8),
        rhythm_days=pick("rhythm", None, 1, 7),
        min_crew=pick("site_crew", None, 1, 2),
        overbooking=pick("overbooking", None, "session", "slots", "none"),
        template=pick("overbooking", *TEMPLATES),
    )


def _session(draw: st.DrawFn, pick: Pick, name: str, places: list[str]) -> Session:
    start, hours = draw(st.sampled_from((8, 9, 11, 12))), pick("hours", 2, 1, 3)
    return session(
        name,
        draw(st.sampled_from(places)),
        on=draw(st.sampled_from((0, 0, 1, 8))),
        start=f"{start:02d}:00",
        end=f"{start + hours:02d}:00",
        breaks=pick("breaks", (), ({"start": f"{start:02d}:30", "end": f"{start + 1:02d}:00"},)),
        room=pick("room", None, "hall"),
        desks=pick("desks", 3, 2, 1),
        setup_min=pick("setup", 5, 12.5, 60),
    )


def _windows(pick: Pick, topic: str) -> tuple[Window, ...]:
    return tuple(
        window(
            pick(topic, "07:00", "09:00", "10:00"),
            pick(topic, "17:00", "12:00", "11:00"),
            weekdays=pick(topic, WEEKDAYS, ("mon",), ("tue", "wed")),
            first=pick(topic, None, day(1)),
            last=pick(topic, None, None, day(1)),
        )
        for _ in range(pick(topic, 0, 1, 2))
    )


def _caseworker(draw: st.DrawFn, pick: Pick, name: str) -> Caseworker:
    return caseworker(
        name,
        draw(st.sampled_from(("base", "branch"))),
        windows=_windows(pick, "staff_windows"),
        absent=pick("staff_windows", (), (day(1),)),
        skills=pick("skills", (), ("debt",), ("debt", "youth")),
        languages=pick("skills", (), ("ar",)),
        max_duties=pick("max_duties", None, 0, 1, 2),
        max_minutes=pick("max_duties", None, 200, 400),
    )


def _client(draw: st.DrawFn, pick: Pick, name: str, people: list[str]) -> Client:
    own = draw(st.sampled_from(people))
    return client(
        name,
        slots=pick("slots", 1, 2),
        skills=pick("skills", (), ("debt",), ("debt", "youth")),
        languages=pick("skills", (), ("ar",)),
        caseworker=own,
        continuity=pick("continuity", "none", "soft", "soft", "hard"),
        windows=_windows(pick, "client_windows"),
        absent=pick("client_windows", (), (day(0),)),
        barrier_free=pick("suitable", False, True),
        network=pick("suitable", False, True),
        priority=pick("priority", 1, 0, 0.5, 2.25),
        due=pick("due", None, day(-1), day(1), day(30)),
        last_invitation=pick("summons", None, day(-21), day(-15)),
        consecutive_misses=pick("summons", 0, 1, 2),
        invitation=pick("summons", "meldeaufforderung", "voluntary"),
        household=pick("household", None, "home"),
        show_rate=pick("rates", 0.65, 0.35, 0.1, 0.9, 0, 1),
        reminder=pick("attendance", False, True),
    )


def _table(  # noqa: PLR0917 - a table has two sides
    draw: st.DrawFn, pick: Pick, origins_are: str, origins: list[str], places: list[str], minutes: tuple[float, ...]
) -> TravelTable:
    rows = {
        name: [
            draw(st.sampled_from(minutes)) + pick("long_ways", 0, 0, 13, 44.444) + pick("unknown_ways", 0, 0, 0, 1000)
            for _ in places
        ]
        for name in origins
    }
    known = {name: [None if way >= 1000 else way for way in row] for name, row in rows.items()}
    return table(origins_are, places, known)


def _rules(pick: Pick) -> dict[str, object]:
    return {
        "held_statuses": pick("status", ("open",), ("open", "planned"), ("open", "planned", "candidate")),
        "max_sessions": pick("budget", None, 0, 1, 2),
        "min_crew": pick("crew", 1, 2, 3),
        "max_travel_min": pick("long_ways", 75, 40, 31),
        "comfort_travel_min": pick("long_ways", 30, 20.5),
        "walk_in_reserve": pick("reserve", 0, 1, 2),
        "min_load": pick("load", 1, 0, 2, 3),
        "overbooking": pick("overbooking", "none", "session", "slots"),
        "overflow_risk": pick("risk", 0.05, 0, 0.1, 0.2),
        "max_wait_min": pick("waiting", 30, 0, 12, 60),
        "arrive_before_min": pick("rest", 15, 0),
        "leave_after_min": pick("rest", 15, 0, 7),
        "max_work_min": pick("rest", 600, 300, 240),
        "rest_after_min": pick("rest", 360, 200),
        "long_rest_after_min": pick("rest", 540, 300),
    }


def _weights(draw: st.DrawFn, pick: Pick) -> dict[str, float]:
    prices = {
        "uninvited": (240, 240, 100.5, 30),
        "client_travel": (1, 0.37, 0),
        "client_excess": (1, 1.111, 0),
        "staff_travel": (1, 0.5, 0),
        "session_setup": (1, 0),
        "continuity": (20, 60, 0),
        "lateness": (2, 20, 0),
        "changes": (60, 6, 0),
        "staff_balance": (0, 5, 40),
        "rhythm": (2, 20, 0),
    }
    expected = {term: pick("expected", *PRICES) for term in EXPECTED}
    return {term: draw(st.sampled_from(values)) for term, values in prices.items()} | expected
