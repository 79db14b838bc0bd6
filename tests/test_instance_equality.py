"""Two instances are the same if their content is."""

import time

from outreach_optimizer.generate import generate
from outreach_optimizer.travel import client_ways


def test_instances_are_equal_by_content() -> None:
    one, other = generate("month", 1), generate("month", 1)
    assert one is not other
    assert one == other
    assert hash(one) == hash(other)
    assert one != generate("month", 2)
    assert one != other.replace(clients=other.clients[:-1])
    assert one != one.model_dump()


def test_what_is_cached_for_one_is_found_fast_for_the_other() -> None:
    """Comparing all clients at each look made checks of an instance that was read twice hundreds of times slower."""
    one, other = generate("stress", 1), generate("stress", 1)
    client_ways(one)
    client_ways(other)
    begin = time.process_time()
    for _ in range(1000):
        assert client_ways(other) is client_ways(one)
    assert time.process_time() - begin < 1.0
