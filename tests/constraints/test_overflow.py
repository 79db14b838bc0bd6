"""`overflow`: said and encoded alike."""

import pytest

from agreement import agree, invitations, invited, verdicts
from by_hand import duty, talk, violations
from outreach_optimizer.limits import Rules
from outreach_optimizer.model.build import build
from tiny import caseworker, client, instance, session, site

TINY = instance(
    sites=(site("a"), site("b", overbooking="slots"), site("c", overbooking="none")),
    sessions=(session("a1", "a", end="11:00"), session("b1", "b", on=1, end="10:00")),
    caseworkers=(caseworker("w1"), caseworker("w2")),
    clients=(
        client("often", show_rate=0.7),
        client("half", show_rate=0.5),
        client("rarely", show_rate=0.3),
        client("long", slots=2, show_rate=0.1),
    ),
    rules=Rules(overbooking="session", walk_in_reserve=1),
)
ONCE = [(540,), (540,)]


@pytest.mark.parametrize("risk", [0, 0.1, 0.2])
@pytest.mark.parametrize("reserve", [0, 1, 3])
def test_both_files_agree(risk: float, reserve: int) -> None:
    rules = TINY.rules.replace(overflow_risk=risk, walk_in_reserve=reserve)
    agree(TINY.replace(rules=rules), "overflow", base=("one_invitation",), starts=ONCE)


@pytest.mark.parametrize("risk", [0, 0.05, 0.2])
def test_a_safe_model_admits_only_what_keeps_the_risk(risk: float) -> None:
    tiny = TINY.replace(rules=TINY.rules.replace(overflow_risk=risk))
    rules = ("one_invitation", "overflow")
    kept, _ = verdicts(tiny, "overflow", ("one_invitation",), ONCE)
    safe = invitations(build(tiny, safe=True, rules=rules, terms=(), candidate_starts=ONCE))
    assert safe <= {invited(keys) for keys in kept}
