"""Plans of any size from prices: crews by a mixed-integer program and a minimum-cost flow, seats by auction."""
