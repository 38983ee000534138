"""The call of R that a planned result prints gives its numbers: R carried each one out on the exported rows."""

import json
from pathlib import Path

import pytest

from analysis.results import Result
from analysis.study import Study
from tests.reference.planned_calls.cases import CASES, Case, example_study, result_of

ANSWERS = json.loads(Path(__file__).with_name("answers.json").read_text("utf-8"))["answers"]


@pytest.fixture(scope="module")
def study() -> Study:
    return example_study()


@pytest.mark.parametrize("case", CASES, ids=[case.estimator.value for case in CASES])
def test_the_call_in_r_gives_the_number_beside_it(study: Study, case: Case) -> None:
    found, answer = result_of(study, case), ANSWERS[case.estimator.value]

    assert found.fit is not None
    assert found.fit.call_in_r == answer["call"]
    for name, value in answer["numbers"].items():
        assert _number(found, name) == pytest.approx(value, rel=case.tolerance), name


def _number(result: Result, name: str) -> float | None:
    if name in {"lower", "upper"}:
        return None if result.interval is None else float(getattr(result.interval, name))
    value: float | None = getattr(result, name)
    return value
