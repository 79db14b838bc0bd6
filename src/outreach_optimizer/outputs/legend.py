"""The panel beside the map: key figures, legend, notes."""

from collections.abc import Iterator, Sequence

from outreach_optimizer.instance import Instance
from outreach_optimizer.kpis import kpis
from outreach_optimizer.outputs.areas import K_PEOPLE, SMALL, Area, Count, Held, total
from outreach_optimizer.outputs.sites import chips_zoom
from outreach_optimizer.outputs.symbols import (
    NOT_INVITED_COLOR,
    PEOPLE_COLOR,
    badge,
    chip,
    dot,
    flow_width,
    house,
    pie,
    pie_radius,
    pin,
    swatch,
    tour_style,
)
from outreach_optimizer.outputs.trips import Trip
from outreach_optimizer.outputs.words import Words
from outreach_optimizer.schedule import Schedule

EXAMPLE_PX = 17
"""Largest radius that has room in the legend."""


def panel(
    instance: Instance,
    schedule: Schedule,
    words: Words,
    *,
    held: Sequence[Held],
    found: Sequence[Area],
    driven: Sequence[Trip],
    sources: Sequence[str],
    precise: bool,
) -> str:
    """HTML of the panel and, above it, of the warning that a precise map needs."""
    say = words.texts.say
    legend = [
        (say("map.legend_sites"), list(_site_rows(instance, held, words))),
        (say("map.legend_people"), list(_people_rows(found, words, precise=precise))),
        (say("map.legend_tours"), list(_tour_rows(instance, driven, words))),
    ]
    if precise:
        notice = say("map.notice_precise")
    elif found:
        notice = say("map.notice_areas", people=K_PEOPLE, small=SMALL)
    else:
        notice = say("map.notice_none", people=K_PEOPLE)
    credits_ = [instance.note, *(say("map.credit_boundaries", source=source) for source in sources)]
    return words.html(
        "panel",
        instance,
        list(_tiles(instance, schedule, words, held)),
        precise,
        notice,
        [(title, rows) for title, rows in legend if rows],
        [line for line in (*credits_, say("map.credit_drawn")) if line],
    )


def _tiles(instance: Instance, schedule: Schedule, words: Words, held: Sequence[Held]) -> Iterator[tuple[str, str]]:
    texts, figures = words.texts, kpis(instance, schedule)
    invited = total([row.invited for row in held])
    if all(row.invited.low == row.invited.high for row in held):
        # Whoever is invited twice counts once.
        invited = Count(len(schedule.by_client), len(schedule.by_client))
    invited = Count(min(invited.low, len(instance.clients)), min(invited.high, len(instance.clients)))
    yield words.people(invited), texts.say("map.tile_invited", people=len(instance.clients))
    yield str(len(held)), texts.say("map.tile_sessions", sites=len({row.session.site for row in held}))
    # The mean of one or two ways would tell where somebody lives.
    mean, share = figures["travel_mean_min"], figures["share_30"]
    if mean is not None and share is not None and invited.low >= SMALL:
        yield texts.say("map.minutes", minutes=texts.number(mean, 0)), texts.say("map.tile_minutes")
        yield texts.say("map.percent", share=texts.number(100 * share, 0)), texts.say("map.tile_share")


def _site_rows(instance: Instance, held: Sequence[Held], words: Words) -> Iterator[tuple[str, str]]:
    present = {site.status for site in instance.sites}
    for status in ("open", "planned", "candidate"):
        if status in present:
            yield pin(status, ""), words.texts.say(f"map.legend_{status}")
    if held:
        week = min(row.session.date for row in held).isocalendar().week
        key = "map.legend_chip_close" if chips_zoom(held) else "map.legend_chip"
        yield chip("open", week), words.texts.say(key)


def _people_rows(found: Sequence[Area], words: Words, *, precise: bool) -> Iterator[tuple[str, str]]:
    if precise:
        yield dot(PEOPLE_COLOR, PEOPLE_COLOR), words.texts.say("map.legend_home")
        yield dot(NOT_INVITED_COLOR, "#ffffff"), words.texts.say("map.legend_home_uninvited")
        yield swatch(PEOPLE_COLOR, 1.2), words.texts.say("map.legend_home_flow")
    elif found:
        yield from _area_rows(found, words)


def _area_rows(found: Sequence[Area], words: Words) -> Iterator[tuple[str, str]]:
    say = words.texts.say
    largest = found[0].people
    example = max(
        (people for people in (10, 20, 50, 100, 200, 500) if pie_radius(people, largest) <= EXAMPLE_PX),
        default=K_PEOPLE,
    )
    for people in sorted({K_PEOPLE, min(example, max(largest, K_PEOPLE))}):
        yield pie(pie_radius(people, largest), 0, 0), say("map.legend_area", people=people)
    yield pie(11, 0.5, 0.75), say("map.legend_share")
    if any(area.uninvited.low >= SMALL for area in found):
        yield badge("3–5"), say("map.legend_uninvited")
    flows = [flow.people for area in found for flow in area.flows]
    if flows:
        most = max(flow.middle for flow in flows)
        for count in sorted({min(flows), max(flows)}):
            width = flow_width(count.middle, most)
            yield swatch(PEOPLE_COLOR, width, opacity=0.5), say("map.legend_flow", people=words.people(count))


def _tour_rows(instance: Instance, driven: Sequence[Trip], words: Words) -> Iterator[tuple[str, str]]:
    driving = {trip.office.id for trip in driven}
    for number, office in enumerate(instance.offices):
        if office.id in driving:
            color, dashes = tour_style(number)
            row = words.texts.say("map.legend_tour", office=office.name)
            yield swatch(color, 2.2, dashes), row
    if instance.offices:
        yield house(), words.texts.say("map.legend_office")
