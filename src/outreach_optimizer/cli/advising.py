"""``showup`` and ``rates``: how many to invite, and how many come."""

from pathlib import Path

from outreach_optimizer.checker import contradictions
from outreach_optimizer.cli.exit_codes import BAD_INPUT, DONE
from outreach_optimizer.cli.screen import Screen, print_json
from outreach_optimizer.errors import InputError
from outreach_optimizer.files import read_history, read_instance
from outreach_optimizer.generate import dump_instance
from outreach_optimizer.outputs.rates import calibration_table, rates_document, rates_sentences, rates_table
from outreach_optimizer.outputs.showup import (
    about,
    advice_document,
    advice_table,
    answer,
    arrangement,
    expectation,
    prices,
    stress,
)
from outreach_optimizer.rates import Applied, Rates, known_sites, rates_of, with_rates
from outreach_optimizer.saving import check_writable, write_text
from outreach_optimizer.showup.advice import Question, advice


def showup_numbers(screen: Screen, question: Question, target: Path | None, *, as_json: bool) -> int:
    """Answer how many to invite, and write the page if it is wanted."""
    texts = screen.texts
    if question.available < 1:
        meaning = texts.say("cli.showup.param.reserve")
        screen.err.print(texts.say("cli.error.bad_value", param="--reserve", meaning=meaning), soft_wrap=True)
        return BAD_INPUT
    if target is not None:
        check_writable(target)
    found = advice(question)
    if target is not None:
        from outreach_optimizer.outputs.showup_page import advice_html  # noqa: PLC0415 - jinja2, only for the page

        write_text(target, advice_html(found, texts))
    if as_json:
        print_json(advice_document(found))
        return DONE
    out = screen.out
    out.print(about(found, texts), style="dim")
    out.print(answer(found, texts), style="bold green")
    out.print(expectation(found, texts), arrangement(found, texts), *prices(found, texts), sep="\n")
    out.print(*stress(found, texts), sep="\n")
    out.print(advice_table(found, texts))
    if target is not None:
        out.print()
        out.print(texts.say("cli.showup.written", file=target), soft_wrap=True)
    return DONE


def rates_file(screen: Screen, source: Path, instance_path: Path | None, target: Path | None, *, as_json: bool) -> int:
    """Print the rates of past invitations; write an instance with them if one is given."""
    texts = screen.texts
    if instance_path is None:
        if target is not None:
            screen.err.print(texts.say("cli.rates.output_alone"), soft_wrap=True)
            return BAD_INPUT
        history = read_history(source)
        _tell(screen, rates_of(history), history.ignored, as_json=as_json)
        return DONE
    target = target or instance_path.with_name(f"{instance_path.stem}.rates.json")
    if target.resolve() in (instance_path.resolve(), source.resolve()):
        screen.err.print(texts.say("cli.rates.same_file", file=target), soft_wrap=True)
        return BAD_INPUT
    history = read_history(source)
    instance = read_instance(instance_path)
    history, strangers = known_sites(history, instance)
    rates = rates_of(history)
    applied = with_rates(instance, rates)
    # With other rates, what is posted already may be more than a session is allowed to risk.
    contradicting = contradictions(applied.instance)
    if contradicting:
        raise InputError(problem._replace(file=str(instance_path)) for problem in contradicting)
    check_writable(target)
    write_text(target, dump_instance(applied.instance))
    _tell(screen, rates, history.ignored, applied=applied, target=target, as_json=as_json)
    if strangers:
        screen.err.print(texts.say("rates.strangers", sites=strangers), style="yellow", soft_wrap=True)
    if instance.attendance.travel_per_min:
        screen.err.print(texts.say("rates.counted_twice"), style="yellow", soft_wrap=True)
    return DONE


def _tell(
    screen: Screen,
    rates: Rates,
    ignored: tuple[str, ...],
    *,
    applied: Applied | None = None,
    target: Path | None = None,
    as_json: bool,
) -> None:
    texts, out = screen.texts, screen.out
    if ignored:
        screen.err.print(texts.say("rates.ignored", columns=ignored), style="yellow", soft_wrap=True)
    if as_json:
        print_json(rates_document(rates, ignored, applied, None if target is None else str(target)))
        return
    out.print(rates_table(rates, texts))
    out.print()
    out.print(*rates_sentences(rates, texts), sep="\n")
    out.print(calibration_table(rates, texts))
    if applied is not None:
        out.print()
        out.print(texts.say("rates.applied", known=applied.known, unknown=applied.unknown))
        out.print(texts.say("cli.rates.written", file=target), soft_wrap=True)
