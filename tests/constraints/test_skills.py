"""`skills`: said and encoded alike."""

from agreement import agree
from by_hand import talk, violations
from tiny import caseworker, client, instance, session, site

TINY = instance(
    sites=(site("a"), site("b")),
    sessions=(session("a1", "a"), session("b1", "b", on=1)),
    caseworkers=(
        caseworker("plain"),
        caseworker("debt", skills=("debt", "housing"), languages=("ar",)),
        caseworker("ar", skills=("ar",), languages=("ar", "debt")),
    ),
    clients=(
        client("any"),
        client("debt", skills=("debt",)),
        client("ar", languages=("ar",)),
        client("both", skills=("debt", "housing"), languages=("ar",)),
        client("more", skills=("debt", "youth"), languages=("ar", "uk")),
    ),
)


def test_both_files_agree_over_skills_and_languages() -> None:
    agree(TINY.replace(sessions=TINY.sessions[:1]), "skills", base=("one_invitation",), starts=[(540,)])


def test_both_files_agree_over_sessions() -> None:
    tiny = TINY.replace(clients=TINY.clients[1:3], caseworkers=TINY.caseworkers[:2])
    agree(tiny, "skills", starts=[(540,), (540,)])


def test_both_files_agree_when_caseworkers_must_be_on_duty() -> None:
    tiny = TINY.replace(clients=TINY.clients[1:3])
    agree(tiny, "skills", base=("one_invitation", "on_duty"), starts=[(540,), (540,)])


def test_everything_missing_counts() -> None:
    booked = talk("more", "a1", "ar")
    (found,) = violations("skills", TINY, [booked])
    assert found.facts == {"client": "more", "caseworker": "ar", "found": "ar, ar, debt", "needed": "debt, youth, uk"}
    assert found.excess == 3
    assert found.witnesses == (booked,)
    (found,) = violations("skills", TINY, [talk("ar", "a1", "plain")])
    assert found.facts == {"client": "ar", "caseworker": "plain", "found": "-", "needed": "ar"}
    assert found.excess == 1


def test_a_caseworker_with_all_that_is_needed_is_fine() -> None:
    assert not violations(
        "skills", TINY, [talk("any", "a1", "plain"), talk("both", "a1", "debt"), talk("ar", "a1", "ar")]
    )
