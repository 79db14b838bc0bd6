"""`network`: said and encoded alike."""

from agreement import agree
from by_hand import talk, violations
from tiny import caseworker, client, instance, session, site

TINY = instance(
    sites=(site("good"), site("bad", network_ok=False)),
    sessions=(session("g1", "good"), session("b1", "bad", on=1), session("b2", "bad", on=2)),
    caseworkers=(caseworker("w1"),),
    clients=(client("needs", network=True), client("needs-not"), client("needs-too", network=True)),
)


def test_both_files_agree_over_clients_sites_and_sessions() -> None:
    agree(TINY, "network", starts=[(540,), (540,), (540,)])


def test_both_files_agree_when_two_caseworkers_are_on_duty_or_not() -> None:
    tiny = TINY.replace(
        sessions=TINY.sessions[:2],
        clients=TINY.clients[:2],
        caseworkers=(caseworker("w1"), caseworker("w2")),
    )
    agree(tiny, "network", base=("one_invitation", "on_duty"))


def test_a_client_at_the_wrong_site_counts_one() -> None:
    booked = talk("needs", "b1", "w1")
    (found,) = violations("network", TINY, [booked, talk("needs-not", "b1", "w1")])
    assert found.facts == {"client": "needs", "session": "b1", "site": "bad"}
    assert found.excess == 1
    assert found.witnesses == (booked,)


def test_the_right_site_is_fine_and_so_is_any_site_for_who_needs_nothing() -> None:
    assert not violations("network", TINY, [talk("needs", "g1", "w1"), talk("needs-not", "b2", "w1")])
