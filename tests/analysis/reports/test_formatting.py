"""One rounding everywhere: half up, as SAS does (reporting.md 4.2)."""

import pytest

from analysis.reports.formatting import fmt, fmt_count, fmt_level, fmt_mean_sd, fmt_p


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        pytest.param(42.65, 1, "42.7", id="half goes up where binary floats go down"),
        pytest.param(0.125, 2, "0.13", id="half goes up where bankers go to even"),
        pytest.param(-0.125, 2, "−0.13", id="half goes away from zero"),
        pytest.param(-0.04, 1, "0.0", id="never a negative zero"),
        pytest.param(-0.0, 0, "0", id="not even from one"),
        pytest.param(1e-17, 3, "0.000", id="no exponent"),
        pytest.param(1234567.0, 1, "1234567.0", id="no exponent for large numbers"),
        pytest.param(None, 2, "–", id="a dash for nothing"),
    ],
)
def test_a_number_is_printed_half_up(value: float | None, decimals: int, text: str) -> None:
    assert fmt(value, decimals) == text


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.0001, "0.0001"), (0.000099, "<0.0001"), (0.99996, "1.0000"), (None, "–")],
)
def test_p_has_four_decimals(p: float | None, text: str) -> None:
    assert fmt_p(p) == text


@pytest.mark.parametrize(
    ("count", "total", "text"),
    [
        (0, 30, "0"),
        (1, 300, "1 (<1%)"),
        (1, 8, "1 (13%)"),
        (198, 200, "198 (99%)"),
        (199, 200, "199 (>99%)"),
        (30, 30, "30 (100%)"),
        (0, 0, "0"),
    ],
)
def test_a_share_follows_its_count(count: int, total: int, text: str) -> None:
    assert fmt_count(count, total) == text


@pytest.mark.parametrize(("level", "text"), [(0.95, "95%"), (0.975, "97.5%"), (0.9, "90%")])
def test_a_level_is_printed_in_percent(level: float, text: str) -> None:
    assert fmt_level(level) == text


def test_a_standard_deviation_has_the_decimals_of_its_mean() -> None:
    assert fmt_mean_sd(12.345, 3.456, 1) == "12.3 (3.5)"
    assert fmt_mean_sd(12.345, None, 2) == "12.35 (–)"
