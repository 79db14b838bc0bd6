"""Sites with their sessions, and the base offices."""

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby

from outreach_optimizer.fields import SessionId
from outreach_optimizer.instance import Instance, Site
from outreach_optimizer.outputs.areas import SMALL, Held, total
from outreach_optimizer.outputs.expectations import attendance_facts, crowding_facts
from outreach_optimizer.outputs.layers import Layers, marker, spoken
from outreach_optimizer.outputs.symbols import chip, house, pin
from outreach_optimizer.outputs.trips import monday_of
from outreach_optimizer.outputs.words import Words, inert

CHIPS_PER_ROW = 5
CLOSE_ZOOM = 11.5
"""From here on there is room for several rows of calendar weeks at a site."""


def chips_zoom(held: Sequence[Held]) -> float:
    """Zoom from which on the weeks are shown; 0 if always."""
    weeks = Counter(site for site, _ in {(row.session.site, monday_of(row.session.date)) for row in held})
    return CLOSE_ZOOM if max(weeks.values(), default=0) > CHIPS_PER_ROW else 0


def draw_offices(layers: Layers, instance: Instance, words: Words) -> None:
    """Draw where tours begin and end; always there."""
    for office in instance.offices:
        symbol = marker(
            (office.lat, office.lon),
            house() + spoken(office.name),
            size=(24, 24),
            anchor=(12, 12),
            popup=words.html("office", office),
        )
        symbol.add_to(layers.on())


def draw_sites(layers: Layers, instance: Instance, held: Sequence[Held], words: Words) -> None:
    """Draw each site with the number of its sessions and, beside it, the weeks in which it has any."""
    expected = _expected(instance, held, words)
    for site in instance.sites:
        rows = [row for row in held if row.session.site == site.id]
        offered = sum(session.site == site.id for session in instance.sessions)
        name = f'<span class="pin-name">{inert(escape(site.name))}</span>'
        symbol = marker(
            (site.lat, site.lon),
            f'<div class="pin">{pin(site.status, len(rows))}{name}</div>',
            size=(30, 40),
            anchor=(15, 39),
            popup=words.html("site", site, rows, total([row.invited for row in rows]), offered, expected),
            popup_anchor=(0, -36),
            front=True,
        )
        symbol.add_to(layers.on(("site", site.id)))
        _draw_weeks(layers, site, rows, expected, words)


def _expected(instance: Instance, held: Sequence[Held], words: Words) -> Mapping[SessionId, Sequence[str]]:
    """What is to be expected of each session of which it may be told.

    The longest wait is left out: it depends on the probability with which one other client comes. So does the rest of
    what overbooking brings with it where fewer than three people have consultations of one slot.
    """
    facts = {}
    for row in held:
        if row.outlook is not None:
            facts[row.session.id] = list(attendance_facts(row.outlook, words.texts))
            if len(row.outlook.waits_min) >= SMALL:
                limit = instance.rules.overflow_risk
                facts[row.session.id] += crowding_facts(row.outlook, limit, words.texts, longest=False)
    return facts


def _draw_weeks(
    layers: Layers, site: Site, rows: Sequence[Held], expected: Mapping[SessionId, Sequence[str]], words: Words
) -> None:
    weeks = groupby(rows, key=lambda row: monday_of(row.session.date))
    for number, (monday, part) in enumerate(weeks):
        week = monday.isocalendar().week
        row, column = divmod(number, CHIPS_PER_ROW)
        name = words.texts.say("map.site_week", site=site.name, week=week)
        symbol = marker(
            (site.lat, site.lon),
            chip(site.status, week) + spoken(name),
            size=(22, 15),
            anchor=(-18 - 24 * column, 20 - 17 * row),
            popup=words.html("week", site, monday, list(part), expected),
            popup_anchor=(29 + 24 * column, -20 + 17 * row),
            front=True,
        )
        symbol.add_to(layers.on(("site", site.id), ("week", monday)))
