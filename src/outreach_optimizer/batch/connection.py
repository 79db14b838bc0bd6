"""Addresses of Dask clusters, and the way to one that is there."""

import gc
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from outreach_optimizer.errors import InputError, Problem

if TYPE_CHECKING:
    from distributed import Client

OPTION = "--cluster"
CONNECT_S = 30
"""For the cluster to answer at all; it may have been started just now."""


def is_here(address: str) -> bool:
    """Whether an address is one of this machine by its very form; other names are not looked up.

    Raises
    ------
    InputError
        It is no address.
    """
    try:
        parts = urlsplit(address if "://" in address else f"tcp://{address}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or port is None:
        raise InputError([Problem("cluster_address", found=address, file=OPTION)])
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_open(address: str) -> bool:
    """Whether what is sent to an address could be read on the way."""
    return not is_here(address) and not address.startswith("tls://")


def check_reachable(address: str) -> None:
    """Try, before anything is written, whether a cluster answers.

    Raises
    ------
    InputError
        It does not, or the extra is not installed.
    """
    with connected(address):
        pass


@contextmanager
def connected(address: str) -> "Iterator[Client]":
    """Client of a cluster that is there; it warns about nothing, because what matters is said here."""
    is_here(address)
    try:
        from distributed import Client  # noqa: PLC0415 - needs the extra
    except ImportError:
        raise InputError([Problem("cluster_extra", file=OPTION)]) from None
    logger = logging.getLogger("distributed")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with _client(Client, address) as client:
                yield client
    finally:
        logger.setLevel(level)


def _client(kind: "type[Client]", address: str) -> "Client":
    try:
        return kind(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        reason = str(error).strip() or type(error).__name__
    # What is left of a client that was refused closes when it is collected. Left to chance, that may happen while the
    # next one starts, and both would wait for the same lock for ever.
    gc.collect()
    raise InputError([Problem("cluster_unreachable", found=address, facts={"reason": reason}, file=OPTION)])
