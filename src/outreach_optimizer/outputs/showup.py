"""How many to invite, for people and machines: sentences, the table on the terminal, the JSON document."""

from collections.abc import Iterator, Mapping
from typing import Literal

from rich.table import Table

from outreach_optimizer.outputs.tables import heading_table
from outreach_optimizer.showup.advice import CORRELATION, PROVEN_SLOTS, SHOCK_CHANCE, Advice, Row
from outreach_optimizer.texts import Texts


def about(advice: Advice, texts: Texts) -> str:
    """Write what was asked."""
    question = advice.question
    return texts.say(
        "showup.about_reserve" if question.reserve else "showup.about",
        slots=question.slots,
        slot_min=question.slot_min,
        caseworkers=_counted("caseworkers", question.caseworkers, texts),
        rate=percent(question.rate, texts, 0 if round(100 * question.rate, 6).is_integer() else 1),
        reserve=question.reserve,
    )


def answer(advice: Advice, texts: Texts) -> str:
    """Write the number first, and why it is not larger."""
    best, available = advice.best, advice.question.available
    return texts.say(
        "showup.answer_safe" if best.invited <= available else "showup.answer",
        people=_counted("people", best.invited, texts),
        available=available,
        risk=percent(best.risk, texts),
        limit=limit_text(advice.question.risk, texts),
    )


def expectation(advice: Advice, texts: Texts) -> str:
    """Write who comes and what is held, beside the same without overbooking."""
    best, plain = advice.best, advice.row(advice.question.available)
    sentence = texts.say(
        "showup.expected",
        shows=texts.number(best.shows, 1),
        low=best.low,
        high=best.high,
        held=texts.number(best.held, 1),
        capacity=advice.question.capacity,
        idle=texts.number(best.idle_min, 0),
    )
    if plain.invited == best.invited:
        return sentence
    held, idle = texts.number(plain.held, 1), texts.number(plain.idle_min, 0)
    return f"{sentence} {texts.say('showup.compared', invited=plain.invited, held=held, idle=idle)}"


def arrangement(advice: Advice, texts: Texts) -> str:
    """Write how many to invite to each slot, and what that means for those who wait."""
    best = advice.best
    return texts.say(
        "showup.arranged",
        bookings=best.bookings,
        mean=texts.number(best.mean_wait_min, 0),
        longest=texts.number(best.longest_wait_min, 0),
        overtime=texts.number(best.overtime_min, 0),
    )


def prices(advice: Advice, texts: Texts) -> list[str]:
    """Write which number costs least, for each price of overtime."""
    return [
        texts.say("showup.price" if price > 1 else "showup.price_1", price=price, invited=invited)
        for price, invited in advice.by_price.items()
    ]


def stress(advice: Advice, texts: Texts) -> list[str]:
    """Write what happens if people come or stay away together."""
    best = advice.best
    correlated = texts.say(
        "showup.correlated",
        correlation=CORRELATION,
        correlated=percent(best.correlated_risk, texts),
        risk=percent(best.risk, texts),
    )
    shock = texts.say(
        "showup.shock",
        days=round(1 / SHOCK_CHANCE),
        shock_shows=texts.number(advice.shock_shows, 1),
        shows=texts.number(best.shows, 1),
        shock_risk=percent(advice.shock_risk, texts),
    )
    return [correlated, shock]


def notes(advice: Advice, texts: Texts) -> list[str]:
    """Write what is assumed and what the words mean."""
    question = advice.question
    facts: dict[str, object] = {
        "available": question.available,
        "limit": limit_text(question.risk, texts),
        "slots": PROVEN_SLOTS,
        "correlation": CORRELATION,
    }
    names = ("risk", "price", "rate", "line", "minutes", "spread", "correlated")
    return [texts.say(f"showup.note.{name}", **facts) for name in names]


def marks(row: Row, advice: Advice, texts: Texts, words: Literal["mark", "short_mark"] = "mark") -> list[str]:
    """Write what is special about a number, in full or in short."""

    def found() -> Iterator[str]:
        if row.invited == advice.invited:
            yield texts.say(f"showup.{words}.best")
        if row.invited == advice.question.available:
            yield texts.say(f"showup.{words}.none")
        for limit, invited in advice.by_risk.items():
            if row.invited == invited:
                yield texts.say(f"showup.{words}.risk", limit=limit_text(limit, texts))
        for price, invited in advice.by_price.items():
            if row.invited == invited:
                yield texts.say(f"showup.{words}.price", price=price)

    return list(found())


def percent(share: float, texts: Texts, digits: int = 1) -> str:
    """Write a share in percent."""
    return texts.say("showup.percent", percent=texts.number(100 * share, digits))


def limit_text(limit: float, texts: Texts) -> str:
    """Write a limit in percent, without zeros at the end."""
    return texts.say("showup.percent", percent=texts.number(100 * limit))


def advice_table(advice: Advice, texts: Texts) -> Table:
    """Rows of the advice for the terminal; the bookings by slot stand in the sentence and in the page."""
    table = heading_table(texts.say("showup.table"))
    table.padding = (0, 1, 0, 0)
    for name in ("invited", "shows", "held", "idle", "too_many", "risk", "correlated", "wait", "overtime"):
        table.add_column(texts.say(f"showup.short.{name}"), justify="right", no_wrap=True)
    table.add_column(texts.say("showup.short.marks"))
    for row in advice.rows:
        best = row.invited == advice.invited
        table.add_row(
            str(row.invited),
            shows_text(row, texts),
            texts.number(row.held, 1),
            texts.number(row.idle_min, 0),
            texts.number(row.too_many, 2),
            percent(row.risk, texts),
            percent(row.correlated_risk, texts),
            f"{texts.number(row.mean_wait_min, 0)} / {texts.number(row.longest_wait_min, 0)}",
            texts.number(row.overtime_min, 0),
            ", ".join(marks(row, advice, texts, "short_mark")),
            style="bold green" if best else "",
        )
    return table


def shows_text(row: Row, texts: Texts) -> str:
    """Write how many come, with the range."""
    return f"{texts.number(row.shows, 1)} ({row.low}–{row.high})"


def advice_document(advice: Advice) -> Mapping[str, object]:
    """Everything about the advice; rates and risks are shares of 1, times are minutes."""
    return {
        "question": advice.question._asdict(),
        "invited": advice.invited,
        "by_risk": [{"risk": limit, "invited": invited} for limit, invited in advice.by_risk.items()],
        "by_price": [{"overtime_per_idle": price, "invited": invited} for price, invited in advice.by_price.items()],
        "shock_shows": advice.shock_shows,
        "shock_risk": advice.shock_risk,
        "rows": [row._asdict() for row in advice.rows],
    }


def _counted(what: str, number: int, texts: Texts) -> str:
    return texts.say(f"showup.{what}_one" if number == 1 else f"showup.{what}", **{what: number})
