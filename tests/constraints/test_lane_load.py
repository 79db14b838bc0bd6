"""`lane_load`: said and encoded alike."""

import pytest

from agreement import agree
from by_hand import duty, talk, violations
from outreach_optimizer.limits import Rules
from tiny import caseworker, client, instance, session, site

TINY = instance(
    sites=(site("a"), site("b", overbooking="slots"), site("c", overbooking="none")),
    sessions=(session("a1", "a", end="11:00"),),
    caseworkers=(caseworker("w1"), caseworker("w2")),
    clients=(
        client("often", show_rate=0.7),
        client("half", show_rate=0.5),
        client("long", slots=2, show_rate=0.1),
    ),
    rules=Rules(overbooking="session", walk_in_reserve=1),
)
TWICE = [(540, 600)]


@pytest.mark.parametrize("limit", [0, 17, 31])
@pytest.mark.parametrize("kind", ["session", "slots"])
def test_both_files_agree(limit: float, kind: str) -> None:
    rules = TINY.rules.replace(max_wait_min=limit, overbooking=kind)
    agree(TINY.replace(rules=rules), "lane_load", base=("one_invitation", "one_booking"), starts=TWICE, both=limit < 18)
