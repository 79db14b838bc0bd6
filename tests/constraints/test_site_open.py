"""`site_open`: said and encoded alike.

Base ``on_duty`` where there are clients: a booking of somebody who cannot be on duty has no literal.
"""

import pytest

from agreement import agree
from by_hand import duty, violations
from outreach_optimizer.fields import Status
from outreach_optimizer.limits import Rules
from tiny import caseworker, client, instance, session, site

TINY = instance(
    sites=(site("o"), site("p", status="planned"), site("c", status="candidate")),
    sessions=(session("o1", "o"), session("p1", "p"), session("p2", "p", on=1), session("c1", "c", on=1)),
    caseworkers=(caseworker("w1"), caseworker("w2")),
)


@pytest.mark.parametrize("held", [("open",), ("open", "planned"), ("candidate",), ()])
def test_both_files_agree(held: tuple[Status, ...]) -> None:
    agree(TINY.replace(rules=Rules(held_statuses=held)), "site_open")


def test_both_files_agree_when_clients_are_invited() -> None:
    tiny = TINY.replace(sessions=TINY.sessions[:2], clients=(client("c1"), client("c2")))
    agree(tiny, "site_open", base=("one_invitation", "on_duty"))


def test_every_session_at_a_site_that_is_not_in_use_counts_one() -> None:
    crew = duty("p1", "w1"), duty("p1", "w2")
    first, second = violations("site_open", TINY, [*crew, duty("o1", "w1"), duty("c1", "w2")])
    assert first.facts == {"session": "p1", "site": "p", "found": "planned", "needed": "open"}
    assert second.facts == {"session": "c1", "site": "c", "found": "candidate", "needed": "open"}
    assert first.excess == second.excess == 1
    assert (first.witnesses, second.witnesses) == (crew, (duty("c1", "w2"),))


def test_where_no_site_is_in_use_nothing_is_allowed() -> None:
    (found,) = violations("site_open", TINY.replace(rules=Rules(held_statuses=())), [duty("o1", "w1")])
    assert found.facts["needed"] == "-"


def test_sites_in_use_are_fine() -> None:
    tiny = TINY.replace(rules=Rules(held_statuses=("planned", "open")))
    assert not violations("site_open", tiny, [duty("o1", "w1"), duty("p2", "w1")])
