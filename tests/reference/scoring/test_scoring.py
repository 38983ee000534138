"""Every questionnaire against scores computed by an independent scorer (scoring_cases.json)."""

import json
from pathlib import Path
from typing import Any

import pytest

from data.measures.questionnaire_scores import score_questionnaire
from data.measures.sleep_quality import score_sleep_quality
from protocols.questionnaire import load_questionnaire

CASES = json.loads((Path(__file__).parent / "scoring_cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "case", CASES["cases"], ids=[f"{case['instrument']}: {case['note']}" for case in CASES["cases"]]
)
def test_scores_and_bands_equal_those_of_the_independent_scorer(case: dict[str, Any]) -> None:
    questionnaire = load_questionnaire(case["instrument"])
    codes = [item.code for item in questionnaire.items]

    scores = score_questionnaire(questionnaire, dict(zip(codes, case["answers"], strict=True)))

    values = {score.name: score.value for score in scores}
    assert values == pytest.approx(case["scores"], abs=5e-5)
    assert {s.name: s.band for s in scores if s.name in case["bands"]} == case["bands"]


@pytest.mark.parametrize("case", CASES["psqi"], ids=["good sleeper", "poor sleeper"])
def test_sleep_quality_components_equal_those_of_the_independent_scorer(
    case: dict[str, Any],
) -> None:
    given = dict(case["answers"])
    disturbances = given.pop("5b_5j")
    answers = {"latency_minutes": given.pop("latency_min"), **given}
    answers |= {f"5{letter}": v for letter, v in zip("bcdefghij", disturbances, strict=True)}

    sleep = score_sleep_quality(answers)
    (score,) = score_questionnaire(load_questionnaire("psqi"), answers)

    assert list(sleep.components) == case["scores"]["components"]
    assert sleep.efficiency_percent == pytest.approx(case["scores"]["efficiency"], abs=0.005)
    assert score.value == case["scores"]["global"]
