"""Nothing behind the statistician's pages depends on the arms' true names while the arms are masked."""

from dataclasses import replace

import pytest

from analysis.exploration import explore
from analysis.one_analysis import look_at_exploration, look_at_planned
from analysis.plan import run_analysis_plan
from analysis.reports.comparison import compare_by_outcome
from analysis.study import Study, derive_study
from data.records.bundle import TrialRecords
from data.records.explorations import Exploration
from protocols.analysis_plan import Estimator
from protocols.design import Protocol
from tests.analysis.conftest import CODE_VERSION

EXPLORATION = Exploration(analysis="gad7_week_12", estimator=Estimator.DIFFERENCE_IN_MEANS)
CODES = (
    "primary_gad7_week_4",
    "mixed_model_gad7_week_4",
    "jump_to_reference_gad7_week_4",
    "state_anxiety_change",
    "adverse_events",
)


def with_arms_the_other_way(protocol: Protocol) -> Protocol:
    """Return the protocol with its arms in the other order, under each other's names and roles."""
    first, second = protocol.arms
    return replace(
        protocol,
        arms=(
            replace(second, code=first.code, label=first.label),
            replace(first, code=second.code, label=second.label),
        ),
    )


@pytest.fixture(scope="module")
def study(protocol: Protocol, records: TrialRecords) -> Study:
    """Return the masked trial."""
    return derive_study(protocol, records, CODE_VERSION)


@pytest.fixture(scope="module")
def other(protocol: Protocol, records: TrialRecords) -> Study:
    """Return the same masked records under a protocol with its arms the other way."""
    return derive_study(with_arms_the_other_way(protocol), records, CODE_VERSION)


@pytest.mark.parametrize("code", CODES)
def test_one_analysis_is_the_same_whichever_arm_is_which(
    study: Study, other: Study, code: str
) -> None:
    assert look_at_planned(other, code) == look_at_planned(study, code)


def test_an_exploration_is_the_same_whichever_arm_is_which(study: Study, other: Study) -> None:
    assert look_at_exploration(other, EXPLORATION) == look_at_exploration(study, EXPLORATION)


def test_all_analyses_side_by_side_are_the_same_whichever_arm_is_which(
    study: Study, other: Study
) -> None:
    found = [
        compare_by_outcome(
            one.protocol, (*report.results, *explore(one, report.harms, EXPLORATION))
        )
        for one in (study, other)
        for report in [run_analysis_plan(one.protocol, one.records, CODE_VERSION)]
    ]

    assert found[0] == found[1]
