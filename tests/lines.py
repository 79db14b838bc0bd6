"""Overbooked sessions with one waiting line or several, for the tests of what is expected."""

from tiny import caseworker, client, instance, session, site

TWO_LINES = instance(
    sites=(site("pooled", overbooking="session"), site("apart", overbooking="slots"), site("plain")),
    sessions=(session("am", "pooled"), session("pm", "apart", start="09:00", end="10:00")),
    caseworkers=(caseworker("w1"), caseworker("w2")),
    clients=(client("often", show_rate=0.7), client("half", show_rate=0.5), client("long", slots=2, show_rate=0.31)),
)
SIX = instance(
    sites=(site("here", overbooking="session"),),
    sessions=(session("day", "here", end="15:00"),),
    caseworkers=(caseworker("w1"), caseworker("w2")),
    clients=tuple(client(f"c{number}") for number in range(14)),
)


def booked(*lanes: str) -> str:
    """Appointments of the day: for each caseworker, how many clients are booked to each slot."""
    cells = [
        (number, hour, lane)
        for lane, numbers in enumerate(lanes, start=1)
        for hour, number in enumerate(numbers.split(","), start=9)
    ]
    entries = [(hour, lane) for number, hour, lane in cells for _ in range(int(number))]
    return " ".join(f"c{number}-day-w{lane}-{hour:02d}:00" for number, (hour, lane) in enumerate(entries))
