"""One analysis of a plan shows what is decided about it together with all other hypotheses, as the whole report does."""

import pytest

from analysis.one_analysis import look_at_planned
from analysis.plan import run_analysis_plan
from analysis.study import derive_study
from data.records.bundle import TrialRecords
from protocols.design import Protocol
from tests.analysis.planned_promises import FAMILIES, GRAPH, PRIMARY, promising


@pytest.mark.parametrize("promises", [{"families": FAMILIES}, {"graph": GRAPH}])
def test_its_decision_is_that_of_the_report(
    protocol: Protocol, records: TrialRecords, promises: dict[str, object]
) -> None:
    plan = promising(
        protocol,
        analyses=tuple(
            one
            for one in protocol.analysis.analyses
            if one.code in {PRIMARY, "phq9_week_4", "who5_week_4"}
        ),
        **promises,
    )
    study = derive_study(plan, records, "1")

    alone = look_at_planned(study, "who5_week_4").results[0]

    assert alone.test is not None
    assert alone.test == run_analysis_plan(plan, records, "1").result("who5_week_4").test


def test_an_analysis_that_is_no_hypothesis_has_no_decision(
    protocol: Protocol, records: TrialRecords
) -> None:
    study = derive_study(promising(protocol, families=FAMILIES), records, "1")

    assert all(one.test is None for one in look_at_planned(study, "gad7_week_12").results)
