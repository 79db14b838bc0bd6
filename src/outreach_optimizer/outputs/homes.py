"""Every home on its own: only for the map that is asked for with ``--precise``."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import folium
from folium.utilities import JsCode

from outreach_optimizer.instance import Appointment, Client, Coordinates, Instance
from outreach_optimizer.outputs.areas import visits
from outreach_optimizer.outputs.layers import Layers, line
from outreach_optimizer.outputs.sentences import reason_sentence
from outreach_optimizer.outputs.symbols import NOT_INVITED_COLOR, PEOPLE_COLOR, Point, sunflower
from outreach_optimizer.outputs.words import Words
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import UNKNOWN, client_ways

POPUP = JsCode("(feature, layer) => { layer.bindPopup(feature.properties.html, {maxWidth: 320}); }")


class Home(NamedTuple):
    """A client at the point where the home is drawn."""

    client: Client
    point: Point
    appointment: Appointment | None


def homes(instance: Instance, schedule: Schedule) -> Iterator[Home]:
    """Homes in the order of the clients, those at the same point moved apart."""
    places = {place.id: (place.lat, place.lon) for place in instance.places}
    visited, neighbors = visits(instance, schedule), Counter[Point]()
    for client in instance.clients:
        home = client.home
        center = (home.lat, home.lon) if isinstance(home, Coordinates) else places[home]
        yield Home(client, sunflower(center, neighbors[center]), visited.get(client.id))
        neighbors[center] += 1


def draw_homes(layers: Layers, instance: Instance, schedule: Schedule, words: Words) -> None:
    """Homes with popups, and a line from each to its site."""
    drawn = list(homes(instance, schedule))
    for site in instance.sites:
        lines = [
            [home.point, (site.lat, site.lon)]
            for home in drawn
            if home.appointment is not None and instance.session_by_id[home.appointment.session].site == site.id
        ]
        if lines:
            line(lines, PEOPLE_COLOR, 1.1, 0.4).add_to(layers.on("flows", ("site", site.id)))
    for key, color, fill in (("homes", PEOPLE_COLOR, PEOPLE_COLOR), ("uninvited", NOT_INVITED_COLOR, "#ffffff")):
        features = [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [home.point[1], home.point[0]]},
                "properties": {"html": html},
            }
            for home, html in zip(drawn, _popups(drawn, instance, schedule, words), strict=True)
            if (home.appointment is None) == (key == "uninvited")
        ]
        if features:
            marker = folium.CircleMarker(radius=4.5, color=color, weight=1.6, fill_color=fill, fill_opacity=0.85)
            data = {"type": "FeatureCollection", "features": features}
            folium.GeoJson(data, marker=marker, on_each_feature=POPUP, control=False).add_to(layers.on(key))


def _popups(drawn: list[Home], instance: Instance, schedule: Schedule, words: Words) -> Iterator[str]:
    places = {place.id: place.name for place in instance.places}
    columns = instance.site_columns
    reasons = {uninvited.client: reason_sentence(uninvited, words.texts) for uninvited in schedule.uninvited}
    ways = client_ways(instance).milli_min
    for row, home in enumerate(drawn):
        client, appointment = home.client, home.appointment
        place = None if isinstance(client.home, Coordinates) else places[client.home]
        if appointment is None:
            yield words.html("home", client, place, None, None, None, None, reasons.get(client.id))
            continue
        session = instance.session_by_id[appointment.session]
        way = int(ways[row, columns[session.site]])
        minutes = None if way == UNKNOWN else round(way / 1000)
        site = instance.site_by_id[session.site]
        yield words.html("home", client, place, minutes, session, site, appointment.start, None)
