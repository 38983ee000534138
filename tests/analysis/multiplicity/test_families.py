"""One family of hypotheses: adjusted p values of R, local levels that agree with the decisions, refusals."""

import json
from pathlib import Path
from typing import Any

import pytest

from analysis.multiplicity.families import Procedure, adjust_family
from analysis.multiplicity.hypotheses import Hypothesis, MultiplicityError

KEYS = {
    "bonferroni": Procedure.BONFERRONI,
    "holm": Procedure.HOLM,
    "hochberg": Procedure.HOCHBERG,
    "hommel": Procedure.HOMMEL,
    "BH": Procedure.BENJAMINI_HOCHBERG,
    "BY": Procedure.BENJAMINI_YEKUTIELI,
    "sidak": Procedure.SIDAK,
}
# Wright (1992), Biometrics 48, 1005-1013: a list of ten p values, of which every procedure takes another number
TEN = (0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216)


def family(*p_values: float) -> list[Hypothesis]:
    """Return hypotheses called 1, 2, ..."""
    return [Hypothesis(name=str(place), p=p) for place, p in enumerate(p_values, start=1)]


@pytest.mark.reference
@pytest.mark.parametrize("key", KEYS)
def test_adjusted_p_values_are_those_of_r(reference: Path, key: str) -> None:
    cases: list[dict[str, Any]] = json.loads(
        (reference / "statistics" / "multiplicity.json").read_text("utf-8")
    )["padjust"]

    for case in cases:
        decisions = adjust_family(family(*case["p"]), KEYS[key], significance_level=0.05)

        assert [d.adjusted_p for d in decisions] == pytest.approx(case[key], rel=1e-14, abs=0)


@pytest.mark.parametrize(
    "procedure", [Procedure.BONFERRONI, Procedure.SIDAK, Procedure.HOLM, Procedure.HOMMEL]
)
@pytest.mark.parametrize("level", [0.02, 0.05, 0.2, 0.25])
def test_a_rejected_hypothesis_lies_at_or_below_its_local_level(
    procedure: Procedure, level: float
) -> None:
    decisions = adjust_family(family(*TEN), procedure, significance_level=level)

    assert all(d.p <= d.local_level for d in decisions if d.is_rejected)


@pytest.mark.parametrize("level", [0.02, 0.05, 0.2, 0.25])
def test_hommel_rejects_exactly_what_lies_at_or_below_its_local_level(level: float) -> None:
    decisions = adjust_family(family(*TEN), Procedure.HOMMEL, significance_level=level)

    assert [d.is_rejected for d in decisions] == [d.p <= d.local_level for d in decisions]


def test_holm_tests_the_smallest_at_the_smallest_level() -> None:
    decisions = adjust_family(family(0.03, 0.01, 0.2), Procedure.HOLM, significance_level=0.06)

    assert [d.local_level for d in decisions] == pytest.approx([0.03, 0.02, 0.06])
    assert [d.is_rejected for d in decisions] == [True, True, False]


def test_sidak_takes_a_p_value_of_one() -> None:
    decisions = adjust_family(family(1.0, 0.0), Procedure.SIDAK, significance_level=0.05)

    assert [d.adjusted_p for d in decisions] == [1.0, 0.0]


@pytest.mark.parametrize(
    ("p_values", "level", "sentence"),
    [
        ((), 0.05, "There is no hypothesis to test"),
        ((0.01, 1.2), 0.05, "The p value of 2 is 1.2: it must lie between 0 and 1"),
        ((0.01, float("nan")), 0.05, "The p value of 2 is nan"),
        ((0.01,), 5.0, "The significance level is 5.0: it must lie between 0 and 1"),
    ],
)
def test_input_that_cannot_be_used_is_named(
    p_values: tuple[float, ...], level: float, sentence: str
) -> None:
    with pytest.raises(MultiplicityError, match=sentence):
        adjust_family(family(*p_values), Procedure.HOLM, significance_level=level)


def test_a_name_that_is_there_twice_is_named() -> None:
    twice = [Hypothesis(name="sleep", p=0.01), Hypothesis(name="sleep", p=0.02)]

    with pytest.raises(MultiplicityError, match="The hypothesis sleep is there twice"):
        adjust_family(twice, Procedure.HOLM, significance_level=0.05)


def test_holm_stops_at_the_first_hypothesis_that_stays_and_the_rest_has_its_level() -> None:
    found = adjust_family(
        [Hypothesis(name="a", p=0.01), Hypothesis(name="b", p=0.03), Hypothesis(name="c", p=0.04)],
        Procedure.HOLM,
        significance_level=0.05,
    )

    # 0.03 is above 0.05 / 2, so 0.04 is never compared with 0.05
    assert [one.local_level for one in found] == pytest.approx([0.05 / 3, 0.025, 0.025])
    assert [one.is_rejected for one in found] == [True, False, False]
