"""Change an instance, solve each variant, and compare honestly: `compare.compare` gives a `comparison.Comparison`."""
