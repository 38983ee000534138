"""Analyses outside the plan: other choices on the same data, exploratory in every respect, and repeatable."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analysis.analysed_rows import analysed_rows
from analysis.bundle import NOTHING_EXPLORED, bundle_files, load_bundle
from analysis.exploration import (
    code_of,
    explore_recorded,
    explored,
    log_of,
    planned_analysis,
)
from analysis.one_analysis import look_at_exploration, look_at_planned
from analysis.plan import AnalysisReport
from analysis.results import NotEstimableError
from analysis.study import Study, derive_study
from data.records.bundle import TrialRecords
from data.records.explorations import Exploration, RecordedExploration
from protocols.analysis_plan import Estimator
from protocols.canonical import canonical_json
from protocols.design import Protocol
from protocols.explorable import covariates_for, estimators_for
from protocols.mixed_model import CovarianceName, Method, PlannedMixedModel
from tests.analysis.conftest import CODE_VERSION

TOEPLITZ = Exploration(
    analysis="mixed_model_gad7_week_4",
    estimator=Estimator.MMRM,
    covariates=("baseline", "site", "severity"),
    mixed_model=PlannedMixedModel(
        structures=(CovarianceName.TOEPLITZ,), method=Method.SATTERTHWAITE
    ),
)


@pytest.fixture(scope="module")
def study(protocol: Protocol, records: TrialRecords) -> Study:
    """Return the example trial."""
    return derive_study(protocol, records, CODE_VERSION)


def test_another_covariance_on_the_same_data_is_exploratory_in_every_row(study: Study) -> None:
    found = look_at_exploration(study, TOEPLITZ)

    assert not found.planned
    assert not any(result.planned for result in found.results)
    assert all(result.label.startswith("Exploratory: ") for result in found.results)
    assert found.results[0].fit is not None
    assert found.results[0].fit.covariance == "Toeplitz, one variance for all visits"
    assert found.results[0].fit.df_method == "satterthwaite"


def test_the_very_choices_of_the_plan_give_its_numbers_and_stay_exploratory(study: Study) -> None:
    planned = planned_analysis(study.protocol, "mixed_model_gad7_week_4")
    same = Exploration(
        analysis=planned.code,
        estimator=planned.estimator,
        covariates=planned.covariates,
        mixed_model=planned.mixed_model,
    )

    promised = look_at_planned(study, planned.code).results[0]
    found = look_at_exploration(study, same).results[0]

    assert (found.estimate, found.p, found.n_analysed) == (
        promised.estimate,
        promised.p,
        promised.n_analysed,
    )
    assert (promised.planned, found.planned) == (True, False)


def test_two_lines_of_python_give_an_exploratory_number_again(
    study: Study,
    report: AnalysisReport,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, text in bundle_files(report, NOTHING_EXPLORED).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    result = look_at_exploration(study, TOEPLITZ).results[0]
    monkeypatch.chdir(tmp_path)

    exec(result.python_call, {})  # noqa: S102 - two lines that we wrote

    assert len(result.python_call.splitlines()) == 2
    assert float(capsys.readouterr().out) == result.estimate
    again = load_bundle(tmp_path).explore(canonical_json(TOEPLITZ).decode())
    assert again[0].id == result.id


def test_the_same_choices_have_the_same_code_and_other_choices_another(study: Study) -> None:
    other = Exploration(analysis="gad7_week_12", estimator=Estimator.DIFFERENCE_IN_MEANS)

    assert code_of(TOEPLITZ) == explored(study.protocol, TOEPLITZ).code
    assert code_of(TOEPLITZ) != code_of(other)


def test_an_analysis_that_no_plan_has_cannot_be_explored(study: Study) -> None:
    unknown = Exploration(analysis="no_such", estimator=Estimator.ANCOVA)

    with pytest.raises(NotEstimableError, match="no analysis 'no_such'"):
        look_at_exploration(study, unknown)


@pytest.mark.parametrize(
    ("code", "some", "none"),
    [
        ("gad7_week_12", {"ancova", "mmrm", "clda", "ordinal", "mediation"}, {"event_rate"}),
        ("dose", {"ancova", "hodges_lehmann", "win_ratio"}, {"mmrm", "responder"}),
        ("responder_gad7_week_4", {"responder_ratio", "ordinal"}, {"ancova", "win_ratio"}),
        ("adverse_events", {"event_rate", "time_to_event", "restricted_mean"}, {"ancova"}),
    ],
)
def test_offered_is_what_fits_the_outcome_and_carries_out_the_estimand(
    protocol: Protocol, code: str, some: set[str], none: set[str]
) -> None:
    offered = {e.value for e in estimators_for(protocol, planned_analysis(protocol, code))}

    assert some <= offered
    assert not none & offered


@pytest.mark.parametrize(
    ("code", "estimator", "covariates"),
    [
        ("gad7_week_12", Estimator.ANCOVA, {"baseline", "severity", "site"}),
        ("gad7_week_12", Estimator.CLDA, {"severity", "site"}),
        ("gad7_week_12", Estimator.MANTEL_HAENSZEL, {"severity", "site"}),
        ("gad7_week_12", Estimator.HODGES_LEHMANN, set()),
        ("dose", Estimator.ANCOVA, {"severity", "site"}),
    ],
)
def test_covariates_are_those_that_the_data_have_and_the_estimator_takes(
    protocol: Protocol, code: str, estimator: Estimator, covariates: set[str]
) -> None:
    planned = planned_analysis(protocol, code)

    assert set(covariates_for(protocol, planned, estimator)) == covariates


def test_every_estimator_but_a_description_is_offered_for_some_analysis(
    protocol: Protocol,
) -> None:
    offered = {
        estimator
        for planned in protocol.analysis.analyses
        for estimator in estimators_for(protocol, planned)
    }

    assert offered == set(Estimator) - {Estimator.DESCRIPTIVE}


def test_what_several_people_asked_for_is_carried_out_once_with_everybody_named(
    study: Study, report: AnalysisReport
) -> None:
    at = datetime(2026, 11, 25, 9, tzinfo=UTC)
    first = RecordedExploration(exploration=TOEPLITZ, by="stan", at=at, reason="curious")
    again = replace(first, by="sina", at=at + timedelta(hours=1), reason="asked by a reviewer")
    gone = replace(first, exploration=replace(TOEPLITZ, analysis="withdrawn"))

    one, other = explore_recorded(study, report.harms, [first, again, gone])

    assert one.requests == (first, again)
    assert {result.planned for result in one.results} == {False}
    assert (other.planned, other.results) == (None, ())
    assert "which the plan no longer has" in other.label
    assert log_of([one, other]).entries == (first, gone, again)


def test_the_rows_of_an_analysis_are_those_that_were_analysed(study: Study) -> None:
    planned = planned_analysis(study.protocol, "primary_gad7_week_4")

    rows = analysed_rows(study, planned)

    assert rows is not None
    assert list(rows.columns) == ["participant", "arm", "outcome", "baseline", "site", "severity"]
    assert len(rows) == sum(look_at_planned(study, planned.code).results[0].n_analysed)


def test_the_rows_of_an_imputation_keep_what_is_missing(study: Study) -> None:
    planned = planned_analysis(study.protocol, "jump_to_reference_gad7_week_4")

    rows = analysed_rows(study, planned)

    assert rows is not None
    assert rows["outcome"].isna().any()


def test_counted_events_have_no_rows(study: Study) -> None:
    assert analysed_rows(study, planned_analysis(study.protocol, "adverse_events")) is None


def test_adjusted_means_follow_the_observed_baseline_through_the_visits_of_the_model(
    study: Study,
) -> None:
    found = look_at_planned(study, "mixed_model_gad7_week_4")

    assert [(mean.visit, bool(mean.result_id)) for mean in found.means] == [
        ("baseline", False),
        ("baseline", False),
        ("week_4", True),
        ("week_4", True),
        ("week_12", True),
        ("week_12", True),
    ]


def test_an_outcome_without_a_visit_has_no_means_over_time(study: Study) -> None:
    assert look_at_planned(study, "dose").means == ()


def test_one_analysis_gives_the_numbers_of_the_whole_plan(
    study: Study, report: AnalysisReport
) -> None:
    for code in ("primary_gad7_week_4", "jump_to_reference_gad7_week_4", "adverse_events"):
        found = look_at_planned(study, code)

        assert found.results == tuple(
            r for r in report.results if r.id in {f.id for f in found.results}
        )
