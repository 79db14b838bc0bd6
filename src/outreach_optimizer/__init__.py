"""Plans outreach days: which are held, who staffs them on which tour, who is invited where and when."""

from importlib.metadata import version

__version__ = version("outreach-optimizer")
