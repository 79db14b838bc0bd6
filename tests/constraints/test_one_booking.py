"""`one_booking`: said and encoded alike."""

from agreement import agree
from by_hand import talk, violations
from outreach_optimizer.limits import Rules
from tiny import caseworker, client, instance, session, site

TINY = instance(
    sites=(site("a"), site("b")),
    sessions=(session("a1", "a", end="12:00"), session("a2", "a", end="12:00", room="other")),
    caseworkers=(caseworker("w1"), caseworker("w2")),
    clients=(client("short"), client("long", slots=2), client("brief")),
)


def test_both_files_agree_over_sessions_and_caseworkers() -> None:
    agree(TINY.replace(clients=TINY.clients[:2]), "one_booking", base=("one_invitation",))


def test_both_files_agree_over_three_clients() -> None:
    agree(TINY.replace(sessions=TINY.sessions[:1]), "one_booking", base=("one_invitation",))


def test_both_files_agree_for_a_client_with_many_appointments() -> None:
    agree(
        TINY.replace(sessions=TINY.sessions[:1], clients=TINY.clients[:2]),
        "one_booking",
        starts=[(540, 570, 600)],
    )


def test_both_files_agree_off_the_grid() -> None:
    tiny = TINY.replace(sessions=TINY.sessions[:1], caseworkers=TINY.caseworkers[:1])
    agree(tiny, "one_booking", base=("one_invitation",), starts=[(540, 541, 599, 600, 601, 660)])


def test_the_minutes_of_each_overlapping_pair_count() -> None:
    long, inside, after = (
        talk("long", "a1", "w1"),
        talk("short", "a1", "w1", "10:30"),
        talk("brief", "a1", "w1", "11:00"),
    )
    first, second = violations("one_booking", TINY, [long, inside, after])
    assert first.facts == {
        "caseworker": "w1",
        "session": "a1",
        "client": "long",
        "other": "short",
        "found": "10:30",
        "needed": "11:00",
    }
    assert (second.facts["found"], second.facts["needed"]) == ("11:00", "11:30")
    assert first.excess == second.excess == 30
    assert (first.witnesses, second.witnesses) == ((long, inside), (inside, after))


def test_talks_that_touch_or_have_another_caseworker_or_session_are_fine() -> None:
    assert not violations(
        "one_booking",
        TINY,
        [
            talk("long", "a1", "w1"),
            talk("short", "a1", "w1", "11:00"),
            talk("brief", "a1", "w2"),
            talk("brief", "a2", "w1"),
        ],
    )


def test_both_files_agree_where_sites_are_overbooked() -> None:
    sites = site("a", overbooking="session"), site("b", overbooking="none")
    offers = session("a1", "a"), session("b1", "b")
    tiny = TINY.replace(sites=sites, sessions=offers, rules=Rules(overbooking="slots"))
    agree(tiny.replace(caseworkers=TINY.caseworkers[:1]), "one_booking", base=("one_invitation",))
    agree(tiny.replace(clients=TINY.clients[:2]), "one_booking", base=("one_invitation",))


def test_both_files_agree_off_the_grid_where_sites_are_overbooked() -> None:
    tiny = TINY.replace(sessions=TINY.sessions[:1], caseworkers=TINY.caseworkers[:1], rules=Rules(overbooking="slots"))
    agree(tiny, "one_booking", base=("one_invitation",), starts=[(540, 541, 599, 600, 601, 660)])


def test_in_an_overbooked_session_consultations_of_one_slot_may_share_it_and_longer_ones_may_not() -> None:
    tiny = TINY.replace(rules=Rules(overbooking="slots"))
    short, brief, long = talk("short", "a1", "w1"), talk("brief", "a1", "w1"), talk("long", "a1", "w1", "10:00")
    assert not violations("one_booking", tiny, [short, brief, long])
    inside = talk("brief", "a1", "w1", "11:00")
    (found,) = violations("one_booking", tiny, [short, inside, long])
    assert (found.excess, found.witnesses) == (60, (inside, long))
