"""Show-up rates of groups, for people and machines: tables on the terminal, the JSON document."""

from collections.abc import Mapping

from rich.table import Table

from outreach_optimizer.history import BANDS, LEAST
from outreach_optimizer.outputs.tables import heading_table
from outreach_optimizer.rates import Applied, Groups, Rates
from outreach_optimizer.texts import Texts


def rates_table(rates: Rates, texts: Texts) -> Table:
    """A row per group, the small ones in one."""
    table = heading_table(texts.say("rates.table"))
    for name in ("site", "mode", "band"):
        table.add_column(texts.say(f"rates.column.{name}"))
    for name in ("came", "invited", "rate", "interval"):
        table.add_column(texts.say(f"rates.column.{name}"), justify="right", no_wrap=True)
    for stratum in rates.strata:
        table.add_row(
            *_name(stratum.key, texts),
            str(stratum.came),
            str(stratum.invited),
            _percent(stratum.rate, texts),
            _range(stratum.low, stratum.high, texts),
        )
    return table


def calibration_table(rates: Rates, texts: Texts) -> Table:
    """What was expected of rates of about the same height, and what happened."""
    table = heading_table(texts.say("rates.calibration"))
    for name in ("predicted", "invited", "expected", "came"):
        table.add_column(texts.say(f"rates.column.{name}"), justify="right")
    for row in rates.calibration:
        predicted = _range(row.low, row.high, texts)
        table.add_row(predicted, str(row.invited), texts.number(row.expected, 1), str(row.came))
    return table


def rates_sentences(rates: Rates, texts: Texts) -> list[str]:
    """Write what holds for all groups."""
    share = _percent(rates.came / rates.invited, texts)
    sentences = [texts.say("rates.summary", came=rates.came, invited=rates.invited, share=share)]
    small = next((stratum.key for stratum in rates.strata if len(stratum.key) > 1), ())
    if small:
        sentences.append(texts.say("rates.small", least=LEAST, groups=len(small)))
    prior = texts.say(
        "rates.prior",
        mean=_percent(rates.prior.mean, texts),
        strength=texts.number(sum(rates.prior), 0),
        low=_percent(rates.low, texts),
        high=_percent(rates.high, texts),
    )
    brier = texts.say("rates.brier", brier=texts.number(rates.brier, 3), alone=texts.number(rates.brier_alone, 3))
    return [*sentences, prior, brier, texts.say("rates.groups_only")]


def rates_document(
    rates: Rates, ignored: tuple[str, ...], applied: Applied | None, target: str | None
) -> Mapping[str, object]:
    """Everything about the rates; rates are shares of 1."""
    return {
        "came": rates.came,
        "invited": rates.invited,
        "strata": [
            {"groups": [group._asdict() for group in stratum.key], **_figures(stratum._asdict())}
            for stratum in rates.strata
        ],
        "prior": {
            "a": rates.prior.a,
            "b": rates.prior.b,
            "rate": rates.prior.mean,
            "low": rates.low,
            "high": rates.high,
        },
        "brier": rates.brier,
        "brier_one_rate": rates.brier_alone,
        "calibration": [row._asdict() for row in rates.calibration],
        "ignored_columns": list(ignored),
        "instance": None if applied is None else target,
        "clients_with_data": None if applied is None else applied.known,
        "clients_without_data": None if applied is None else applied.unknown,
    }


def _name(groups: Groups, texts: Texts) -> tuple[str, str, str]:
    if len(groups) > 1:
        return texts.say("rates.several", groups=len(groups)), texts.text(None), texts.text(None)
    (group,) = groups
    return group.site, texts.say(f"word.{group.mode}"), texts.say(f"rates.band_{BANDS.index(group.band) + 1}")


def _figures(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if name != "key"}


def _percent(share: float, texts: Texts) -> str:
    return texts.say("rates.percent", percent=texts.number(100 * share, 1))


def _range(low: float, high: float, texts: Texts) -> str:
    return texts.say("rates.range", low=texts.number(100 * low, 0), high=texts.number(100 * high, 0))
