"""Starts are asked once for what is alike; sessions of other dates and hours are not."""

from outreach_optimizer.generate import generate
from outreach_optimizer.instance import Instance
from outreach_optimizer.model.constraints import client_available, session_window
from outreach_optimizer.model.space import Space


def test_starts_are_those_of_each_session_alone() -> None:
    instance = generate("month", 1)
    together, differing = _narrowed(instance), 0
    for s, session in enumerate(instance.sessions):
        alone = _narrowed(instance.replace(sessions=(session,)))
        starts = [alone.starts(c, 0) for c in range(len(instance.clients))]
        assert [together.starts(c, s) for c in range(len(instance.clients))] == starts
        differing += len(set(starts))
    assert differing > len(instance.sessions)


def _narrowed(instance: Instance) -> Space:
    space = Space(instance)
    session_window.narrow(space)
    client_available.narrow(space)
    return space
