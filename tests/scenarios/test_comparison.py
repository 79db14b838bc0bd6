from compared import example_comparison
from outreach_optimizer.scenarios.comparison import Comparison


def test_a_comparison_survives_its_json() -> None:
    comparison = example_comparison()
    assert Comparison.model_validate_json(comparison.model_dump_json()) == comparison
