"""What changes from today to a variant: models of the comparison's JSON; `comparison` has the conventions."""

from collections.abc import Mapping

from outreach_optimizer.fields import Frozen
from outreach_optimizer.scenarios.figures import Estimate, Interval, Verdict


class Municipality(Frozen):
    """People of a municipality, or of several that were merged because one alone has fewer than `MIN_GROUP`."""

    name: str
    """Name; empty for merged ones."""
    merged: tuple[str, ...] = ()
    people: int
    mean_saving_min: float
    """Per person, expected, there and back; negative: longer ways."""
    winners: int | None
    """People with a saving of at least a minute; None: one or two, or hidden so that nobody can count back."""
    losers: int | None
    unchanged: int | None
    has_losers: bool
    """True even if the mean improves: a loss is never hidden."""
    worst_loss_min: float
    """Longest additional minutes of one person, rounded up to five; 0 without losers."""
    invited_before: int | None
    invited_after: int | None


class Effect(Frozen):
    """One paired difference to today, with its range.

    Names: ``burden_mean`` (all people), ``burden_p90`` (P90 before minus P90 after), ``with_car_mean``,
    ``without_car_mean`` (burden of these), ``invited_both_mean`` and ``invited_both_p90`` (one-way minutes of those
    whom both plans invite: the way alone, without reach), ``months_mean`` (of redrawn months; people and clusters are
    months then); ``scenario.effect.NAME``.
    """

    name: str
    estimate: Estimate


class Chance(Frozen):
    """Months in which chance alone decides who comes: common random numbers by client, same on both sides."""

    replications: int
    mean_saving_min: float
    low_min: float
    """2.5 % of the months save less."""
    high_min: float
    better_share: float
    """Part of the months in which the variant has less burden."""
    extra_shows_mean: float
    extra_shows_low: float
    extra_shows_high: float


class Month(Frozen):
    """Another month: households redrawn within the settlements, both sides planned anew."""

    seed: int
    saving: Interval
    """Objective minutes, certified."""
    verdict: Verdict
    mean_saving_min: float
    """Burden per person."""
    extra_invited: int


class Difference(Frozen):
    """The variant against today, under the same conditions, both planned as well as possible."""

    saving: Interval | None
    """Certified: ``[bound today - objective, objective today - bound]`` in minutes of the objective; None unsolved."""
    verdict: Verdict
    further_s: float | None
    """Estimated further seconds until it is decided; None where decided or where nobody can tell."""
    terms_saving_min: Mapping[str, float]
    """Of the two plans, by objective term (``term.NAME``): reach is ``uninvited``, ways are ``client_travel``."""
    extra_invited: int
    extra_shows: float
    extra_staff_away_h: float
    extra_duties: int
    extra_cost_eur: float
    effects: tuple[Effect, ...]
    chance: Chance | None
    months: tuple[Month, ...] = ()
    municipalities: tuple[Municipality, ...]
    """All people, by falling saving."""
    suppressed_people: int = 0
    """People about whose group nothing can be said because all merged ones together are too few."""
