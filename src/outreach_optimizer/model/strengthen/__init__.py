"""Valid inequalities: no schedule that keeps the rules is cut off, the linear relaxation gets tighter.

Each names the rules that its proof needs in ``NEEDS`` and is used only where they all hold.
"""

from collections.abc import Mapping
from types import ModuleType

from outreach_optimizer.model.strengthen import able_crew, day_parts, long_talks

INEQUALITIES: Mapping[str, ModuleType] = {
    "able_crew": able_crew,
    "day_parts": day_parts,
    "long_talks": long_talks,
}
