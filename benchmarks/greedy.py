"""What a planner does by hand: the agreed sessions first, then everybody to the nearest session with room.

Nobody is moved again and nothing is weighed. Which pairs, starts and duties are possible is asked of the model's
masks, which tours are lawful of the definitions; the checker has the last word.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.constraints import CONSTRAINTS
from outreach_optimizer.fields import CaseworkerId
from outreach_optimizer.instance import Appointment, Duty, Instance
from outreach_optimizer.model.constraints import ENCODERS
from outreach_optimizer.model.space import Mask, Space
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import client_ways

OF_A_DAY = ("tour", "caseworker_available")
Party = tuple[int, ...]


class Talk(NamedTuple):
    """A client of a party with a caseworker, from and until a minute of the day."""

    client: int
    caseworker: int
    start: int
    end: int


class Plan:
    """A plan that grows, session by session and party by party; indices as in the model."""

    def __init__(self, instance: Instance) -> None:
        self.instance, self.space = instance, Space(instance)
        for encoder in ENCODERS.values():
            if hasattr(encoder, "narrow"):
                encoder.narrow(self.space)
        self.crews: dict[int, list[int]] = {}
        self.talks: dict[int, list[Talk]] = {}
        self.load: dict[int, int] = {}
        self.busy: dict[tuple[int, int], int] = {}  # a bit for each minute of the day
        self.duties: list[list[int]] = [[] for _ in instance.caseworkers]
        self.hopeless: set[int] = set()
        self.barred: set[tuple[int, int]] = set()
        self.refused: set[tuple[int, ...]] = set()
        self.needs = [hash(row.tobytes()) for row in self.space.able]  # the same for clients whom the same can meet
        self.invited: set[int] = set()
        self.room = [len(session.slot_starts(instance.slot_min)) for session in instance.sessions]

    def schedule(self) -> Schedule:
        """The plan as a schedule."""
        return Schedule(duties=self._duties(self.crews), appointments=tuple(self._appointments()))

    def hold(self, s: int, party: Party) -> bool:
        """Find a crew for a session, one of whom can meet somebody of the party; False if there is none."""
        if s in self.hopeless:
            return False
        candidates = sorted(np.nonzero(self.space.duty[s])[0].tolist(), key=lambda w: (len(self.duties[w]), w))
        able = {w for w in candidates if any(self.space.able[c, w] for c in party)}
        crew: list[int] = []
        if self._fits(s):
            for w in sorted(candidates, key=lambda w: w not in able):
                if len(crew) < self.space.crew_sizes[s][0] and self._may(w, s):
                    crew.append(w)
        if len(crew) < self.space.crew_sizes[s][0]:
            self.hopeless.add(s)  # caseworkers only get busier
            return False
        if not able & set(crew):
            return False
        self.crews[s], self.talks[s], self.load[s] = crew, [], self.instance.rules.walk_in_reserve
        for w in crew:
            self.duties[w].append(s)
            self.busy[s, w] = 0
        return True

    def enlarge(self, s: int, party: Party) -> bool:
        """Send one more caseworker who can meet somebody of the party to a session; False if there is none."""
        needs = s, -1, *(self.needs[c] for c in party)
        if needs in self.refused or len(self.crews[s]) >= self.space.crew_sizes[s][1]:
            return False
        left = [w for w in np.nonzero(self.space.duty[s])[0].tolist() if (w, s) not in self.barred]
        for w in sorted(left, key=lambda w: (len(self.duties[w]), w)):
            if w not in self.crews[s] and any(self.space.able[c, w] for c in party) and self._may(w, s):
                self.crews[s].append(w)
                self.duties[w].append(s)
                self.busy[s, w] = 0
                return True
        self.refused.add(needs)  # caseworkers only get busier
        return False

    def _fits(self, s: int) -> bool:
        """Whether site, room and budget admit one more session."""
        session, site = self.instance.sessions[s], self.instance.site_of(self.instance.sessions[s].id)
        others = [o for o in self.crews if self.instance.sessions[o].site == site.id]
        days = {self.instance.sessions[o].date for o in others} - {session.date}
        limits = (len(others), site.max_sessions), (len(self.crews), self.instance.rules.max_sessions)
        crowded = any(most is not None and count >= most for count, most in limits)
        held = Schedule(duties=self._duties({o: self.crews[o] for o in others} | {s: [0]}))
        if crowded or any(abs((session.date - day).days) < site.spacing_days for day in days):
            return False
        return not any(True for _ in CONSTRAINTS["room_once"](self.instance, held))

    def drop(self, s: int) -> None:
        """Hold a session no longer."""
        self.invited -= {talk.client for talk in self.talks.pop(s)}
        for w in self.crews.pop(s):
            self.duties[w].remove(s)

    def seat(self, s: int, party: Party) -> bool:
        """Invite a party to a session that is held; False if there is no room."""
        slots = sum(self.instance.clients[c].slots for c in party)
        alike = (
            s,
            len(self.crews[s]),
            *(number for c in party for number in (self.needs[c], int(self.space.kind_of[c]))),
        )
        if self.load[s] + slots > len(self.crews[s]) * self.room[s] or alike in self.refused:
            return False
        begins = sorted({start for c in party for start in self.space.starts(c, s)})
        for begin in begins[: None if len(party) > 1 else 1]:  # alone, later never fits better
            talks = self._from(s, party, begin)
            if talks is not None:
                self.talks[s] += talks
                self.load[s] += slots
                self.invited |= set(party)
                for talk in talks:
                    self.busy[s, talk.caseworker] |= _minutes(talk.start, talk.end)
                return True
        self.refused.add(alike)
        return False

    def _from(self, s: int, party: Party, begin: int) -> list[Talk] | None:
        """Talks of a party, one after the other or side by side, from a minute of the day on."""
        talks: list[Talk] = []
        for c in party:
            found = next(self._free(s, c, begin, talks), None)
            if found is None:
                return None
            talks.append(found)
        if len(party) == 1:
            return talks
        together = Schedule(appointments=tuple(self._appointment(s, talk) for talk in talks))
        few = self.instance.replace(clients=tuple(self.instance.clients[c] for c in party))
        return None if any(True for _ in CONSTRAINTS["household"](few, together)) else talks

    def _free(self, s: int, c: int, begin: int, talks: Sequence[Talk]) -> Iterator[Talk]:
        length = self.instance.clients[c].slots * self.instance.slot_min
        for start in self.space.starts(c, s):
            for w in self.crews[s] if start >= begin else ():
                taken = self.busy[s, w] | sum(_minutes(t.start, t.end) for t in talks if t.caseworker == w)
                if self.space.able[c, w] and not taken & _minutes(start, start + length):
                    yield Talk(c, w, start, start + length)

    def _may(self, w: int, s: int) -> bool:
        """Whether a caseworker may work a session besides all others; once not, never again."""
        if (w, s) not in self.barred:
            most, date = self.instance.caseworkers[w].max_duties, self.instance.sessions[s].date
            day = [o for o in self.duties[w] if self.instance.sessions[o].date == date]
            busy = most is not None and len(self.duties[w]) >= most
            if busy or self._breaks(OF_A_DAY, w, [*day, s]) or self._breaks(["max_duties"], w, [*self.duties[w], s]):
                self.barred.add((w, s))
        return (w, s) not in self.barred

    def _breaks(self, rules: Sequence[str], w: int, sessions: Sequence[int]) -> bool:
        alone = Schedule(duties=self._duties({s: [w] for s in sessions}))
        return any(True for name in rules for _ in CONSTRAINTS[name](self.instance, alone))

    def _duties(self, crews: dict[int, list[int]]) -> tuple[Duty, ...]:
        return tuple(
            Duty(session=self.instance.sessions[s].id, caseworker=self._id(w)) for s in crews for w in crews[s]
        )

    def _appointments(self) -> Iterator[Appointment]:
        for s, talks in self.talks.items():
            yield from (self._appointment(s, talk) for talk in talks)

    def _appointment(self, s: int, talk: Talk) -> Appointment:
        return Appointment(
            client=self.instance.clients[talk.client].id,
            session=self.instance.sessions[s].id,
            caseworker=self._id(talk.caseworker),
            start=talk.start,
        )

    def _id(self, w: int) -> CaseworkerId:
        return self.instance.caseworkers[w].id


def by_hand(instance: Instance) -> Schedule:
    """Plan as a planner would; it may break rules that look at the whole."""
    plan, parties = Plan(instance), _parties(instance)
    possible, ways = _of_parties(plan, parties)
    dates = sorted(range(len(instance.sessions)), key=lambda s: (instance.sessions[s].date, instance.sessions[s].start))
    rank = np.argsort(dates)
    columns = {site.id: column for column, site in enumerate(instance.sites)}
    column_of = np.array([columns[session.site] for session in instance.sessions], dtype=np.int64)
    for site in instance.sites:
        mine = [s for s in dates if instance.sessions[s].site == site.id]
        near = np.argsort(ways[:, columns[site.id]], kind="stable")
        _agreed(plan, mine, site.min_sessions, [parties[n] for n in near.tolist()], possible[near])
    for number, party in enumerate(parties):
        if not plan.invited & set(party):
            options = np.nonzero(possible[number])[0]
            nearest = options[np.lexsort((rank[options], ways[number, column_of[options]]))]
            any(_welcomed(plan, s, party) for s in nearest.tolist())
    for s in [s for s, talks in plan.talks.items() if len(talks) < instance.rules.min_load]:
        plan.drop(s)
    return plan.schedule()


def _agreed(plan: Plan, sessions: Sequence[int], missing: int, parties: Sequence[Party], possible: Mask) -> None:
    """Hold as many sessions of a site as were agreed, with as many guests as they need, the nearest party first."""
    for s in sessions if missing else ():
        near = [parties[n] for n in np.nonzero(possible[:, s])[0].tolist() if not plan.invited & set(parties[n])]
        if not near or not plan.hold(s, near[0]):
            continue
        for party in near:
            if len(plan.talks[s]) >= plan.instance.rules.min_load:
                break
            plan.seat(s, party)
        if len(plan.talks[s]) < plan.instance.rules.min_load:
            plan.drop(s)
        else:
            missing -= 1
            if not missing:
                return


def _welcomed(plan: Plan, s: int, party: Party) -> bool:
    """Whether a party finds a seat in a session, which is held for it if need be."""
    if s in plan.crews:
        return plan.seat(s, party) or (plan.enlarge(s, party) and plan.seat(s, party))
    if not plan.hold(s, party):
        return False
    if plan.seat(s, party):
        return True
    plan.drop(s)
    return False


def _parties(instance: Instance) -> list[Party]:
    """Clients in the order of the file, households together."""
    parties: dict[str, list[int]] = {}
    for c, client in enumerate(instance.clients):
        parties.setdefault(f"h {client.household}" if client.household else f"c {client.id}", []).append(c)
    return [tuple(party) for party in parties.values()]


def _of_parties(plan: Plan, parties: Sequence[Party]) -> tuple[Mask, NDArray[np.int64]]:
    """Parties × sessions: all may be invited; parties × sites: the longest way of any."""
    members = [c for party in parties for c in party]
    first = np.cumsum([0, *map(len, parties)])[:-1]
    possible = np.logical_and.reduceat(plan.space.possible_pairs()[members], first, axis=0)
    return possible, np.maximum.reduceat(client_ways(plan.instance).milli_min[members], first, axis=0)


def _minutes(start: int, end: int) -> int:
    """A bit for each minute."""
    return (1 << end) - (1 << start)
