"""Plans of any size from prices: crews and guests by minimum-cost flows, seats session by session."""
