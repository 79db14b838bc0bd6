"""The page of the advice: one HTML file without scripts that loads nothing and can be printed."""

from importlib.resources import files

from markupsafe import Markup

from outreach_optimizer.outputs import showup
from outreach_optimizer.outputs.showup_plot import plot
from outreach_optimizer.outputs.words import templates
from outreach_optimizer.showup.advice import Advice
from outreach_optimizer.texts import Texts

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def advice_html(advice: Advice, texts: Texts) -> str:
    """Write the advice as a page: the answer, a plot, the table, what is assumed. The same advice is the same file."""
    rows = [
        {
            "best": row.invited == advice.invited,
            "marks": showup.marks(row, advice, texts),
            "cells": [
                showup.shows_text(row, texts),
                texts.number(row.held, 1),
                texts.number(row.idle_min, 0),
                texts.number(row.too_many, 2),
                showup.percent(row.risk, texts),
                showup.percent(row.correlated_risk, texts),
                texts.number(row.mean_wait_min, 0),
                texts.number(row.longest_wait_min, 0),
                texts.number(row.overtime_min, 0),
            ],
            "invited": row.invited,
            "bookings": " ".join(map(str, row.bookings)),
        }
        for row in advice.rows
    ]
    return (
        templates()
        .get_template("showup.j2")
        .render(
            policy=POLICY,
            lang=texts.lang,
            # A style sheet and a drawing of ours, in which every word is escaped.
            style=Markup(files(__package__).joinpath("showup.css").read_text(encoding="utf-8")),  # noqa: S704 - see above
            plot=Markup(plot(advice, texts)),  # noqa: S704 - see above
            say=texts.say,
            about=showup.about(advice, texts),
            answer=showup.answer(advice, texts),
            expectation=showup.expectation(advice, texts),
            arrangement=showup.arrangement(advice, texts),
            prices=showup.prices(advice, texts),
            stress=showup.stress(advice, texts),
            notes=showup.notes(advice, texts),
            rows=rows,
        )
        + "\n"
    )
