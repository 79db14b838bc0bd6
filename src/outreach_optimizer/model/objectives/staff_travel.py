"""`staff_travel`: a price per tour."""

from outreach_optimizer.model.variables import Model


def price(model: Model) -> None:
    """Thousandths of a minute at the wheel of every tour that is driven."""
    model.price("staff_travel", [(option.literal, option.tour.drive_milli_min or 0) for option in model.tours])
