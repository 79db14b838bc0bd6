"""Random numbers that belong to somebody: the same client meets the same luck in every variant."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def own_uniform(seed: int, owner: str, purpose: str) -> float:
    """Uniform number in [0, 1) of a client, household or settlement for a purpose, whatever else is drawn.

    References
    ----------
    Common random numbers, domain D.3.3: streams are synchronized by id and purpose, not by the order of drawing.
    """
    digest = hashlib.sha256(f"{seed}|{purpose}|{owner}".encode()).digest()
    return int.from_bytes(digest[:7], "big") / 256**7


def own_stream(seed: int, owner: str, purpose: str) -> np.random.Generator:
    """Generator of its own for an owner and a purpose."""
    digest = hashlib.sha256(f"{seed}|{purpose}|{owner}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def own_uniforms(seed: int, owners: Sequence[str], purpose: str, count: int) -> NDArray[np.float64]:
    """``count`` uniform numbers of each owner, a row per owner."""
    rows = [own_stream(seed, owner, purpose).random(count) for owner in owners]
    return np.array(rows, dtype=np.float64).reshape(len(owners), count)
