"""`expected_wait`: bounded from below by tangents, exact where the search has looked."""

from outreach_optimizer.model.expectation import price_expected
from outreach_optimizer.model.variables import Model


def price(model: Model) -> None:
    """A price per session."""
    price_expected(model, "expected_wait")
