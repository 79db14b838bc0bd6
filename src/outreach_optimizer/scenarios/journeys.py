"""Who travels where in a plan, person by person, so that everybody counts in every variant."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.attendance import show_rates
from outreach_optimizer.instance import Instance
from outreach_optimizer.scenarios.buses import air_km, estimated_min
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import UNKNOWN, client_ways

Floats = NDArray[np.float64]


class Journeys(NamedTuple):
    """One number per client, in the order of the instance; one way.

    Parameters
    ----------
    site_min, site_km
        To the site of the appointment; 0 if not invited.
    office_min, office_km
        To the nearest main office.
    rate
        Probability of coming to the appointment; 0 if not invited.
    """

    invited: NDArray[np.bool_]
    site_min: Floats
    site_km: Floats
    office_min: Floats
    office_km: Floats
    rate: Floats

    @property
    def burden_min(self) -> Floats:
        """Expected minutes there and back: who does not come, or is not invited, travels to the office."""
        return self.realized_min(self.rate)

    @property
    def round_trip_km(self) -> Floats:
        """Expected kilometers there and back."""
        return 2 * (self.rate * self.site_km + (1 - self.rate) * self.office_km)

    @property
    def planned_min(self) -> Floats:
        """One-way minutes to the site if invited, else to the office."""
        return np.where(self.invited, self.site_min, self.office_min)

    def realized_min(self, shows: Floats) -> Floats:
        """Minutes there and back if those come who ``shows`` says (1 or 0, or a probability)."""
        return 2 * (shows * self.site_min + (1 - shows) * self.office_min)


def journeys(instance: Instance, schedule: Schedule) -> Journeys:
    """Journeys of a plan; who cannot get to the own appointment (no bus) counts like somebody who is not invited."""
    ways, rates = client_ways(instance), show_rates(instance)
    columns = {session.id: column for column, session in enumerate(instance.sessions)}
    count = len(instance.clients)
    site_min, site_km, rate = np.zeros(count), np.zeros(count), np.zeros(count)
    invited = np.zeros(count, dtype=bool)
    for appointment in schedule.appointments:
        row = instance.client_rows.get(appointment.client)
        if row is None:
            continue
        session = instance.session_by_id[appointment.session]
        cell = row, instance.site_columns[session.site]
        if ways.milli_min[cell] == UNKNOWN:
            continue
        invited[row] = True
        site_min[row] = ways.milli_min[cell] / 1000
        site_km[row] = max(0, int(ways.milli_km[cell])) / 1000
        rate[row] = rates[row, columns[session.id]]
    return Journeys(invited, site_min, site_km, *to_office(instance), rate)


@lru_cache(maxsize=32)
def to_office(instance: Instance) -> tuple[Floats, Floats]:
    """One-way minutes and kilometers to the nearest main office.

    By car with a car; everybody else takes what is quicker, the own mode or the bus, whose minutes are estimated.
    """
    air, travel = air_km(instance, instance.offices), instance.travel
    minutes = estimated_min(instance, air, everywhere=True)
    for row, client in enumerate(instance.clients):
        factors = {"car": travel.car, "bike": travel.bike, "walk": travel.walk}.get(client.mode)
        if factors is not None:
            own = np.rint(factors.fixed_min + factors.min_per_km * air[row])
            minutes[row] = own if client.mode == "car" else np.minimum(own, minutes[row])
    nearest = minutes.argmin(axis=1)
    rows = np.arange(len(minutes))
    return minutes[rows, nearest], air[rows, nearest] * travel.car.road
