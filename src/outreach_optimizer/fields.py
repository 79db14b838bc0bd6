"""The vocabulary of the file format: ids, clock times, bounded numbers and the frozen model that they stand in.

Times are local wall-clock minutes since midnight in Python and ``"HH:MM"`` in JSON. Quantities that a user may give
with decimals (minutes, weights, priorities) count in thousandths; `milli` is the one place where they are rounded.
"""

import math
from typing import Annotated, Any, Literal, NewType, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints, WithJsonSchema

SiteId = NewType("SiteId", str)
SessionId = NewType("SessionId", str)
CaseworkerId = NewType("CaseworkerId", str)
ClientId = NewType("ClientId", str)
PlaceId = NewType("PlaceId", str)
OfficeId = NewType("OfficeId", str)

Mode = Literal["car", "transit", "bike", "walk"]
Status = Literal["open", "planned", "candidate"]
Overbooking = Literal["none", "session", "slots"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MIN = 24 * 60


def milli(quantity: float) -> int:
    """Thousandths of a quantity, the nearest whole number of them."""
    return round(quantity * 1000)


def milli_half_up(quantity: float) -> int:
    """Thousandths, halves upwards even if rounding errors hide them: never less than a bound computed elsewhere."""
    return math.floor(quantity * 1000 + 0.5 + 1e-6)


def clock_text(minute: int) -> str:
    """``"HH:MM"`` of a minute of the day."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _clock_minute(value: object) -> object:
    if isinstance(value, str):
        hours, colon, minutes = value.partition(":")
        if colon and len(minutes) == 2 and (hours + minutes).isascii() and (hours + minutes).isdigit():
            minute = int(hours) * 60 + int(minutes)
            if int(minutes) < 60 and minute <= DAY_MIN:
                return minute
        raise ValueError("clock")
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("clock")


Clock = Annotated[
    int,
    BeforeValidator(_clock_minute),
    Field(ge=0, le=DAY_MIN),
    PlainSerializer(clock_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^([01]?[0-9]|2[0-3]):[0-5][0-9]$|^24:00$", "examples": ["09:00"]}),
]
IdText = StringConstraints(pattern=r"^[\w][\w.:+-]*$", max_length=80)
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Word = Annotated[str, StringConstraints(pattern=r"^[\w][\w.:+ -]*$", max_length=80)]
Minutes = Annotated[float, Field(ge=0, le=100_000)]
Weight = Annotated[float, Field(ge=0, le=1_000_000)]
Template = Annotated[tuple[Annotated[int, Field(ge=0, le=20)], ...], Field(min_length=1, max_length=48)]
"""Bookings per slot and caseworker, slot by slot; the last number holds for all later slots."""
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class Frozen(BaseModel):
    """A value of the file format: unchangeable, no unknown fields, no infinite numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)

    def replace(self, **changes: Any) -> Self:  # noqa: ANN401 - any field of any model
        """Copy with some fields changed, unchecked; unlike ``model_copy`` it carries no cached values along."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_construct(**(fields | changes))
