"""The first sheet: the answer in one sentence with its range, three numbers, who gains and who loses."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from outreach_optimizer.outputs.comparison.charts import mean_effect
from outreach_optimizer.outputs.comparison.speech import Speech
from outreach_optimizer.scenarios.comparison import Comparison, Variant
from outreach_optimizer.scenarios.differences import Difference, Municipality
from outreach_optimizer.scenarios.figures import Estimate, Reach

NOTICEABLE_MIN = 0.05
"""Less is written as 0,0 minutes."""
SHOWN_WINNERS = 6
"""Municipalities that gain on the first sheet; those in which somebody loses are all there."""


class Tile(NamedTuple):
    """A number with what it is."""

    number: str
    words: str


class Changes(NamedTuple):
    """Municipalities for the first sheet: rows, names of those where nothing changes, how many more there are."""

    rows: tuple[Municipality, ...]
    unchanged: tuple[str, ...]
    more: int


def sentences(comparison: Comparison, chosen: Variant | None, speech: Speech) -> Iterator[str]:
    """Say what it brings, how certain that is, and why the answer is what it is."""
    estimate = None if chosen is None else mean_effect(chosen)
    if chosen is not None and estimate is not None:
        size = round(abs(estimate.value), 1)
        kind = "equal" if not size else "less" if estimate.value > 0 else "more"
        facts = {"title": speech.title(chosen), "people": comparison.people, "minutes": speech.number(size)}
        yield speech.say(f"compare.answer.{kind}", **facts)
        yield _range(estimate, speech)
    if chosen is not None and chosen.difference is not None:
        yield from _extremes(chosen.difference.municipalities, speech)
    yield speech.saying("reason", comparison.answer.reason)
    if chosen is not None and chosen.difference is not None and chosen.difference.months:
        yield months(chosen.difference, speech)


def _range(estimate: Estimate, speech: Speech) -> str:
    if estimate.low is None or estimate.high is None:
        return speech.say("compare.answer.no_range")
    low, high = round(estimate.low, 1), round(estimate.high, 1)
    kind = "range_less" if low >= 0 else "range_more" if high <= 0 else "range_both"
    ends = (-high, -low) if kind == "range_more" else (abs(low), high)
    return speech.say(f"compare.answer.{kind}", low=speech.number(ends[0]), high=speech.number(ends[1]))


def _extremes(municipalities: Sequence[Municipality], speech: Speech) -> Iterator[str]:
    """Say where people gain and lose most: the mean of all hides both."""
    alone = [row for row in municipalities if row.name]
    most = max(alone, key=lambda row: row.mean_saving_min, default=None)
    least = min(alone, key=lambda row: row.mean_saving_min, default=None)
    for key, row in (("gain", most), ("loss", least)):
        if row is not None and round(abs(row.mean_saving_min)) and (row.mean_saving_min > 0) == (key == "gain"):
            minutes = speech.number(abs(row.mean_saving_min), 0)
            yield speech.say(f"compare.answer.most_{key}", place=row.name, minutes=minutes, people=row.people)


def months(difference: Difference, speech: Speech) -> str:
    """Say in how many of the redrawn months it is better."""
    verdicts = [month.verdict for month in difference.months]
    better, worse = verdicts.count("better"), verdicts.count("worse")
    facts = {"better": better, "worse": worse, "open": len(verdicts) - better - worse, "months": len(verdicts)}
    return speech.say("compare.chance.count", **facts)


def tiles(today: Variant, chosen: Variant, speech: Speech) -> Iterator[Tile]:
    """Give the three numbers: minutes per person, people with long ways, costs."""
    estimate, difference = mean_effect(chosen), chosen.difference
    if estimate is not None:
        kind = "less" if estimate.value >= 0 else "more"
        words = speech.say("compare.tile.less", minutes=speech.number(abs(estimate.value)))
        yield Tile(words, speech.say(f"compare.tile.{kind}_note"))
    if today.reach is not None and chosen.reach is not None:
        far = _far(today.reach, speech), _far(chosen.reach, speech)
        yield Tile(speech.say("compare.tile.far", before=far[0], after=far[1]), speech.say("compare.tile.far_note"))
    if difference is not None:
        euros = round(difference.extra_cost_eur)
        key = "same" if not euros else "more" if euros > 0 else "less"
        words = speech.say(f"compare.tile.cost_{key}", euro=speech.number(abs(euros), 0))
        yield Tile(words, speech.say("compare.tile.cost_note"))


def _far(reach: Reach, speech: Speech) -> str:
    return speech.few(reach.beyond_30)


def efforts(today: Variant, chosen: Variant, speech: Speech) -> Iterator[str]:
    """Say whom the plan reaches, where sessions move, and what it asks of the staff; apart from the ways."""
    if today.reach is not None and chosen.reach is not None:
        yield speech.say("compare.reach.invited", after=chosen.reach.invited, before=today.reach.invited)
    if moved := moves(today, chosen, speech):
        yield moved
    if today.staff is not None and chosen.staff is not None:
        yield speech.say(
            "compare.reach.staff",
            after=chosen.staff.duties,
            before=today.staff.duties,
            hours=speech.number(chosen.staff.away_h, 0),
            hours_before=speech.number(today.staff.away_h, 0),
        )


def moves(today: Variant, chosen: Variant, speech: Speech) -> str:
    """Say at which sites there are more or fewer sessions; empty if nowhere."""
    before = {site.site: site.sessions for site in today.sites}
    moved = [site for site in chosen.sites if site.sessions != before.get(site.site, 0)]
    told = (
        speech.say("compare.reach.move", name=site.name, before=before.get(site.site, 0), after=site.sessions)
        for site in sorted(moved, key=lambda site: before.get(site.site, 0) - site.sessions)
    )
    return speech.say("compare.reach.moved", moves=", ".join(told)) if moved else ""


def assumptions(comparison: Comparison, speech: Speech) -> Iterator[str]:
    """Say in short what anybody has to know; all assumptions stand below."""
    for one in comparison.assumptions:
        key = f"compare.plain.{one.code}"
        if speech.texts.has(key):
            yield speech.say(key, **one.facts)


def changes(municipalities: Sequence[Municipality], speech: Speech) -> Changes:
    """Choose rows: whoever loses always, those who gain most."""
    moved = [row for row in municipalities if _moves(row)]
    losing = [row for row in moved if row.has_losers or row.mean_saving_min < 0]
    gaining = [row for row in moved if row not in losing]
    rows = tuple(row for row in moved if row in losing or row in gaining[:SHOWN_WINNERS])
    still = tuple(place(row, speech) for row in municipalities if not _moves(row))
    return Changes(rows, still, len(moved) - len(rows))


def _moves(row: Municipality) -> bool:
    return row.has_losers or row.winners != 0 or abs(row.mean_saving_min) >= NOTICEABLE_MIN


def place(row: Municipality, speech: Speech) -> str:
    """Name of a municipality, or of those that were merged."""
    return row.name or speech.say("compare.together", names=", ".join(row.merged))


def loses(row: Municipality, speech: Speech) -> str:
    """Write how many lose; that somebody does is always said."""
    if row.losers is None:
        return speech.say("compare.change.yes_few") if row.has_losers else speech.few(None)
    return str(row.losers)
