"""Sentences about a plan: what breaks a rule, why somebody is not invited, how good the plan is."""

import math
import re
from collections.abc import Mapping

from outreach_optimizer.checker import Found
from outreach_optimizer.instance import Duty, Instance, Session
from outreach_optimizer.schedule import Uninvited
from outreach_optimizer.texts import Texts
from outreach_optimizer.violation import Witness

VARIANTS = ("fault", "unit", "pin")
"""Facts that choose among the sentences of a rule that can be broken in several ways."""
WORDS = {"site_open": ("found", "needed"), "max_travel": ("mode",)}
"""Facts that are words of the file format, and the rules whose facts they are."""

CLOCK_RULES = frozenset({"session_window", "caseworker_available", "client_available"})
"""Rules whose facts ``found`` and ``needed`` are times like ``09:00-12:00``."""
CLOCK_RANGE = re.compile(r"(-?\d\d:\d\d)-(\d\d:\d\d)")


def violation_sentence(instance: Instance, found: Found, texts: Texts) -> str:
    """One violation, with the names of sites and the dates of sessions."""
    facts = dict(found.violation.facts)
    key = f"rule.{found.rule}.violation"
    if not texts.has(key):
        key = f"{key}.{next(facts[name] for name in VARIANTS if name in facts)}"
    return texts.say(key, **_readable(instance, found.rule, facts, texts))


def witness_sentence(instance: Instance, witness: Witness, texts: Texts) -> str:
    """One duty or appointment that takes part in a violation."""
    session = session_name(instance, instance.session_by_id[witness.session], texts)
    if isinstance(witness, Duty):
        return texts.say("show.witness_duty", caseworker=witness.caseworker, session=session)
    start = f"{witness.start // 60:02d}:{witness.start % 60:02d}"
    return texts.say(
        "show.witness_appointment", client=witness.client, caseworker=witness.caseworker, start=start, session=session
    )


def session_name(instance: Instance, session: Session, texts: Texts) -> str:
    """Id, site and date of a session."""
    site = instance.site_by_id[session.site].name
    return f"{session.id} ({site}, {texts.weekday(session.date)} {texts.date(session.date)})"


def reason_sentence(uninvited: Uninvited, texts: Texts) -> str:
    """Why a client is not invited."""
    key = f"reason.{uninvited.reason}"
    return texts.say(key) if texts.has(key) else uninvited.reason


def uninvited_name(uninvited: Uninvited, texts: Texts) -> str:
    """Id of a client, with the numbers that go with the reason."""
    if not uninvited.facts:
        return uninvited.client
    if uninvited.reason == "outweighed":
        return f"{uninvited.client} ({sum(uninvited.facts.values())})"
    counts = ", ".join(f"{_rule_title(name, texts)} {count}" for name, count in uninvited.facts.items())
    return f"{uninvited.client} ({counts})"


def quality_sentence(objective_min: float, bound_min: float | None, texts: Texts, *, optimal: bool) -> str:
    """How far a plan can be from the best one, in words."""
    if optimal:
        return texts.say("show.quality_optimal")
    if bound_min is None or bound_min <= 0:
        return texts.say("show.quality_unknown")
    # Rounded up, so that "at most" is true.
    percent = math.ceil(1000 * (objective_min - bound_min) / bound_min - 1e-9) / 10
    return texts.say("show.quality_gap", percent=texts.number(max(0.0, percent), 1))


def _readable(instance: Instance, rule: str, facts: Mapping[str, object], texts: Texts) -> dict[str, object]:
    readable = dict(facts)
    if "site" in facts:
        readable["site"] = instance.site_by_id[facts["site"]].name  # type: ignore[index]  # facts are typed as object
    for name in ("session", "other"):
        session = instance.session_by_id.get(facts.get(name))  # type: ignore[call-overload]  # facts are typed as object
        if session is not None and (name == "session" or rule == "room_once"):
            readable[name] = session_name(instance, session, texts)
    for name in WORDS.get(rule, ()):
        readable[name] = ", ".join(_word(part, texts) for part in str(facts[name]).split(", "))
    if rule == "notice":
        readable["needed"] = _days(str(facts["needed"]), texts)
    if rule == "holiday" and facts["holiday"] == "-":
        readable["holiday"] = texts.say("word.closure")
    if rule in CLOCK_RULES:
        readable |= {name: CLOCK_RANGE.sub("\\1–\\2", str(facts[name])) for name in ("found", "needed")}
    return {name: _word(value, texts) if value in ("?", "-") else value for name, value in readable.items()}


def _word(value: object, texts: Texts) -> str:
    """Word of the file format in the language; "-" and "?" stand for nothing and for unknown."""
    if value == "-":
        return texts.text(None)
    key = "word.unknown" if value == "?" else f"word.{value}"
    return texts.say(key) if texts.has(key) else str(value)


def _days(ranges: str, texts: Texts) -> str:
    """ISO intervals ``2027-01-19/2027-02-05`` as the language writes dates."""

    def day(match: re.Match[str]) -> str:
        year, month, number = match.groups()
        return texts.say("format.date", year=year, month=month, day=number)

    return re.sub(r"(\d{4})-(\d\d)-(\d\d)", day, ranges).replace("/", " – ")


def _rule_title(name: str, texts: Texts) -> str:
    key = f"rule.{name}.title"
    return texts.say(key) if texts.has(key) else name
