"""What the planner sets: limits of the rules and prices of the objective terms."""

from typing import Annotated

from pydantic import Field, StringConstraints

from outreach_optimizer.fields import Frozen, Overbooking, Status, Template, Weight


class Rules(Frozen):
    """Limits that the planner sets. `outreach explain` tells what each rule means and why it exists."""

    held_statuses: tuple[Status, ...] = ("open",)
    """Sites at which sessions may be held; add "planned" to use Ruhla."""
    max_sessions: Annotated[int, Field(ge=0)] | None = None
    """Sessions held in the period, at most."""
    min_crew: Annotated[int, Field(ge=1, le=50)] = 2
    """Caseworkers in a session, at least."""
    max_travel_min: Annotated[float, Field(ge=0, le=100_000)] = 75
    """One-way minutes that a client may be asked to travel, at most."""
    comfort_travel_min: Annotated[float, Field(ge=1, le=100_000)] = 30
    """One-way minutes beyond which a way counts as excessive."""
    holiday_state: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")] = "TH"
    """Federal state whose public holidays count."""
    postal_days: Annotated[int, Field(ge=0, le=60)] = 4
    """Calendar days from posting to deemed notification (§ 37 Abs. 2 SGB X)."""
    notice_days: Annotated[int, Field(ge=0, le=60)] = 7
    """Days from deemed notification to the appointment, at least."""
    max_lead_days: Annotated[int, Field(ge=0, le=366)] = 28
    """Days from posting to the appointment, at most."""
    invitation_gap_days: Annotated[int, Field(ge=0, le=366)] = 21
    """Days since the last Meldeaufforderung, at least."""
    max_consecutive_misses: Annotated[int, Field(ge=1, le=1000)] = 2
    """After so many misses in a row a human decides."""
    walk_in_reserve: Annotated[int, Field(ge=0, le=1000)] = 1
    """Slots of a session kept free for people who come at another hour of the day."""
    overbooking: Overbooking = "none"
    """Whether more are invited than can be seen if all come: "none"; "session": clients wait in one line for any
    caseworker; "slots": a slot template per caseworker, clients wait for their own one."""
    overflow_risk: Annotated[float, Field(ge=0, le=0.2)] = 0.05
    """Probability that more come to an overbooked session than it can see, at most."""
    template: Template = (2, 1)
    """Bookings per slot and caseworker where sites are overbooked by slots; the last number holds for all later."""
    max_wait_min: Annotated[float, Field(ge=0, le=1440)] = 30
    """Expected waiting of each client who comes to an overbooked session, at most."""
    min_load: Annotated[int, Field(ge=0, le=1000)] = 1
    """Clients invited to a session that is held, at least."""
    arrive_before_min: Annotated[int, Field(ge=0, le=240)] = 15
    """Caseworkers are at the site so many minutes before a session."""
    leave_after_min: Annotated[int, Field(ge=0, le=240)] = 15
    """Caseworkers leave the site so many minutes after a session."""
    max_work_min: Annotated[int, Field(ge=1, le=10_000)] = 600
    """Working minutes of a day without rest breaks, at most (ArbZG § 3)."""
    rest_after_min: Annotated[int, Field(ge=0, le=10_000)] = 360
    """More working minutes than this need ``rest_min`` (ArbZG § 4)."""
    rest_min: Annotated[int, Field(ge=0, le=600)] = 30
    long_rest_after_min: Annotated[int, Field(ge=0, le=10_000)] = 540
    """More working minutes than this need ``long_rest_min`` (ArbZG § 4)."""
    long_rest_min: Annotated[int, Field(ge=0, le=600)] = 45


class Weights(Frozen):
    """Price, in minutes, of one unit of each objective term; 0: reported only."""

    uninvited: Weight = 240
    """Per client not invited, times priority."""
    client_travel: Weight = 1
    """Per minute, there and back."""
    client_excess: Weight = 1
    """Per minute beyond comfort, and per unit of squared regret."""
    staff_travel: Weight = 1
    """Per minute at the wheel."""
    session_setup: Weight = 1
    """Per minute of `Session.setup_min`."""
    continuity: Weight = 20
    """Per soft client who meets another caseworker."""
    expected_idle: Weight = 0
    """Per caseworker minute in which nobody is expected to come."""
    expected_wait: Weight = 0
    """Per minute that clients are expected to wait."""
    expected_overtime: Weight = 0
    """Per caseworker minute expected after the end of the session."""
    lateness: Weight = 2
    """Per day after the due date."""
    changes: Weight = 60
    """Per unit of change against the published plan."""
    staff_balance: Weight = 5
    """Per duty by which the busiest caseworker has more than the least busy one."""
    rhythm: Weight = 2
    """Per day by which the gap between two outreach days of a site misses its rhythm."""
