"""Synthetic instances of the Wartburgkreis and of a made-up region; ``instances/README.md`` tells their sources."""

from typing import TYPE_CHECKING

from outreach_optimizer.errors import InputError, Problem

if TYPE_CHECKING:
    from outreach_optimizer.generate.parameters import Parameters
    from outreach_optimizer.instance import Instance

PRESETS: tuple[str, ...] = ("tiny", "month", "quarter", "stress", "region")


def generate(preset: str, seed: int, parameters: "Parameters | None" = None) -> "Instance":
    """Instance of a preset, or of one with other parameters (not of the region).

    Deterministic: the arguments decide everything, whatever the process or ``PYTHONHASHSEED``.

    Raises
    ------
    InputError
        The preset is unknown.
    """
    if preset not in PRESETS:
        raise InputError([Problem("unknown_preset", found=preset, facts={"allowed": ", ".join(PRESETS)})])
    from outreach_optimizer.generate.build import build  # noqa: PLC0415 - numpy and pydantic cost time that --help saves

    return build(preset, seed, parameters)


def dump_instance(instance: "Instance") -> str:
    """JSON text of an instance: one line per client, session, table row …, fields at their defaults left out.

    Rules, weights and travel factors are written in full, because planners change them.
    """
    from outreach_optimizer.generate.dump import dump  # noqa: PLC0415 - as above

    return dump(instance)
