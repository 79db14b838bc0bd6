"""Guests who are drawn, for two mornings with two caseworkers."""

import random

from outreach_optimizer.instance import Instance
from tiny import caseworker, client, instance, only, session, site, table, window

BOTH = ("here", "there")


def square(seed: int, people: int = 40) -> Instance:
    """Two mornings with two caseworkers and six hours in all; who comes when and at what cost is drawn."""
    luck = random.Random(seed)  # noqa: S311 - no secret
    names = [f"c{number}" for number in range(people)]
    hours = [window(f"{hour:02}:00", f"{hour + 2:02}:00") for hour in (8, 9, 10)]
    return instance(
        sites=(site("here"), site("there")),
        sessions=tuple(session(f"s{n}", place, on=n, start="08:00", end="12:00") for n, place in enumerate(BOTH)),
        caseworkers=(caseworker("w0"), caseworker("w1")),
        clients=tuple(
            client(
                name,
                windows=(luck.choice(hours),) if luck.random() < 0.6 else (),
                priority=luck.choice((0.5, 1, 2)),
                caseworker=luck.choice(("w0", "w1")),
                continuity="soft",
            )
            for name in names
        ),
        rules={"walk_in_reserve": 2},
        travel=only(
            table("clients", BOTH, {name: [luck.randint(1, 60), luck.randint(1, 60)] for name in names}),
            table("offices", BOTH, {"base": [5, 5]}),
        ),
    )
