"""A plan names what its estimators need, and asks of none what it cannot carry out."""

from dataclasses import replace

import pytest

from protocols.analysis_plan import Estimator, PlannedAnalysis
from protocols.canonical import canonical_json
from protocols.checks import find_faults
from protocols.document import LIBRARY, parse_protocol, shipped_protocol
from protocols.estimands import Strategy
from protocols.estimator_needs import NEEDS, SECTIONS, carried_out
from protocols.mixed_model import CovarianceName, PlannedMixedModel
from protocols.multiplicity import FamilyProcedure, PlannedFamily
from protocols.outcomes import OutcomeSource
from protocols.planned_estimators import (
    Exposure,
    PlannedComplierEffect,
    PlannedDoseResponse,
    PlannedEventRate,
    PlannedMargin,
    PlannedMediation,
    PlannedRedraw,
    PlannedResponder,
    PlannedSessionCourse,
    PlannedSubgroups,
    PlannedTimeToEvent,
    RateModel,
    ResponseCriterion,
    SessionModel,
)
from protocols.planned_orders import PlannedShift, ShiftOf
from protocols.problems import ProtocolDocumentError
from tests.protocols.added_analysis import faults_of_added, with_added

RESPONDER = PlannedResponder(
    criterion=ResponseCriterion.IMPROVED_BY, threshold=4.0, source="Toussaint 2020"
)


_NEEDING = [estimator for estimator in Estimator if NEEDS[estimator].section is not None]


@pytest.mark.parametrize("estimator", _NEEDING)
def test_an_estimator_without_its_section_is_told_what_it_does_not_say(
    estimator: Estimator,
) -> None:
    section = NEEDS[estimator].section

    found = faults_of_added(with_added(estimator=estimator))

    wanted = (
        f"estimator: added is a {estimator} analysis, and does not say {NEEDS[estimator].meaning}. "
    )
    assert f"{wanted}Add the section {section} to it." in found


def test_every_estimator_of_a_plan_has_its_needs_and_every_section_is_a_field() -> None:
    assert set(NEEDS) == set(Estimator)
    assert set(SECTIONS) < set(PlannedAnalysis.__slots__)


def test_a_section_that_the_estimator_does_not_read_is_a_fault() -> None:
    (only,) = faults_of_added(with_added(responder=RESPONDER))

    assert only.startswith("responder: added has a section responder, which ancova has no use for.")


@pytest.mark.parametrize(
    ("changes", "place", "what"),
    [
        (
            {"estimator": Estimator.RESPONDER, "responder": replace(RESPONDER, threshold=0.0)},
            "responder.threshold",
            "improved by 0",
        ),
        (
            {"estimator": Estimator.RESPONDER, "responder": replace(RESPONDER, source=" ")},
            "responder.source",
            "where the threshold of a response comes from",
        ),
        (
            {
                "estimator": Estimator.COMPLIER_EFFECT,
                "complier_effect": PlannedComplierEffect(minimum_sessions=9),
            },
            "complier_effect.minimum_sessions",
            "Ask for 1 to 8.",
        ),
        (
            {
                "estimator": Estimator.DOSE_RESPONSE,
                "dose_response": PlannedDoseResponse(per_minutes=0.0),
            },
            "dose_response.per_minutes",
            "per 0 minutes",
        ),
        (
            {
                "estimator": Estimator.MEDIATION,
                "mediation": PlannedMediation(mediator="rmssd", seed=1),
            },
            "mediation.mediator",
            "“rmssd”, which is no outcome",
        ),
        (
            {
                "estimator": Estimator.MEDIATION,
                "mediation": PlannedMediation(mediator="gad7_week_4", seed=1),
            },
            "mediation.mediator",
            "goes through its own outcome",
        ),
        (
            {
                "estimator": Estimator.MEDIATION,
                "mediation": PlannedMediation(mediator="gad7_week_12", seed=1),
            },
            "mediation.mediator",
            "measured after its outcome",
        ),
        (
            {
                "estimator": Estimator.MEDIATION,
                "mediation": PlannedMediation(mediator="dose", seed=1),
            },
            "mediation.mediator",
            "not measured at a visit",
        ),
        (
            {"estimator": Estimator.SUBGROUPS, "subgroups": PlannedSubgroups(factor="sex")},
            "subgroups.factor",
            "“sex”, which is no factor of the randomization. Factors: site, severity.",
        ),
        (
            {
                "estimator": Estimator.SESSION_COURSE,
                "outcome": "state_anxiety_change",
                "session_course": PlannedSessionCourse(models=()),
            },
            "session_course.models",
            "no model of the sessions",
        ),
        (
            {
                "estimator": Estimator.SESSION_COURSE,
                "outcome": "state_anxiety_change",
                "covariates": ("baseline",),
                "session_course": PlannedSessionCourse(models=(SessionModel.COMPOUND_SYMMETRY,)),
            },
            "covariates[0]",
            "the rating before each, which the arm may have changed",
        ),
        (
            {
                "estimator": Estimator.EVENT_RATE,
                "outcome": "adverse_events",
                "covariates": ("baseline",),
                "event_rate": PlannedEventRate(
                    exposure=Exposure.TIME_AT_RISK, model=RateModel.POISSON_ROBUST
                ),
            },
            "covariates[0]",
            "counts events, which have no baseline",
        ),
        (
            {
                "estimator": Estimator.TIME_TO_EVENT,
                "time_to_event": PlannedTimeToEvent(event="relapse"),
            },
            "time_to_event.event",
            "“relapse”, which is no event. Events: left_trial, stopped_sessions",
        ),
        (
            {
                "estimator": Estimator.NON_INFERIORITY,
                "margin": PlannedMargin(margin=-1.0, reason="x"),
            },
            "margin.margin",
            "The margin of added is -1.",
        ),
        (
            {"estimator": Estimator.EQUIVALENCE, "margin": PlannedMargin(margin=1.0, reason="")},
            "margin.reason",
            "does not say why its margin is 1",
        ),
        (
            {
                "estimator": Estimator.EVENT_RATE,
                "event_rate": PlannedEventRate(
                    exposure=Exposure.TIME_AT_RISK, model=RateModel.POISSON_ROBUST
                ),
            },
            "estimator",
            "The estimator event_rate does not fit the outcome gad7_week_4.",
        ),
    ],
)
def test_what_a_section_gets_wrong_is_told_where_it_stands(
    changes: dict[str, object], place: str, what: str
) -> None:
    found = faults_of_added(with_added(**changes))

    assert [one for one in found if one.startswith(f"{place}: ") and what in one], found


def test_a_strategy_that_the_estimator_cannot_carry_out_is_a_fault_with_those_it_can() -> None:
    found = faults_of_added(with_added(estimand="gad7_week_4_response"))

    wanted = (
        "estimator: added estimates gad7_week_4_response, whose strategy for withdrew_intervention is composite; the estimator ancova "
        "cannot carry that out. It carries out hypothetical, treatment policy; choose one of these, or another estimator."
    )
    assert wanted in found


@pytest.mark.parametrize(
    ("strategy", "estimators"),
    [
        (
            Strategy.COMPOSITE,
            {
                Estimator.RESPONDER,
                Estimator.RESPONDER_RATIO,
                Estimator.RESPONDER_STRATIFIED,
                Estimator.MANTEL_HAENSZEL,
                Estimator.RELIABLE_CHANGE,
                Estimator.ORDINAL,
            },
        ),
        (Strategy.PRINCIPAL_STRATUM, {Estimator.COMPLIER_EFFECT}),
    ],
)
def test_a_rare_strategy_is_carried_out_by_these_estimators_and_no_other(
    strategy: Strategy, estimators: set[Estimator]
) -> None:
    able = {e for e in Estimator if strategy in carried_out(e, OutcomeSource.QUESTIONNAIRE)}

    assert able == estimators


def test_while_on_treatment_is_carried_out_for_outcomes_of_sessions_only() -> None:
    able = {
        source
        for source in OutcomeSource
        if Strategy.WHILE_ON_TREATMENT in carried_out(Estimator.DIFFERENCE_IN_MEANS, source)
    }

    assert able == {OutcomeSource.SESSION_RATING}


def test_a_one_sided_p_value_does_not_share_a_two_sided_level() -> None:
    protocol = with_added(
        estimator=Estimator.NON_INFERIORITY, margin=PlannedMargin(margin=1.0, reason="x")
    )
    family = PlannedFamily(
        code="main",
        label="Main",
        procedure=FamilyProcedure.HOLM,
        analyses=(protocol.analysis.analyses[0].code, "added"),
    )

    found = faults_of_added(
        replace(protocol, analysis=replace(protocol.analysis, families=(family,)))
    )

    assert any("shares the two-sided level" in one and "one side" in one for one in found)


def test_a_primary_outcome_without_estimand_is_a_fault() -> None:
    found = find_faults(replace(shipped_protocol(), estimands=()))

    assert "The primary outcome gad7_week_4 has no estimand." in [fault.what for fault in found]


def test_a_fault_has_the_line_of_the_document() -> None:
    text = (LIBRARY / "anxiety_adaptive_music.yaml").read_text(encoding="utf-8")
    wrong = text.replace("        minimum_sessions: 6\n", "        minimum_sessions: 60\n")
    line = next(
        number
        for number, words in enumerate(wrong.splitlines(), start=1)
        if "minimum_sessions: 60" in words and "per_protocol" not in words
    )

    with pytest.raises(ProtocolDocumentError) as told:
        parse_protocol(wrong, "calm.yaml")

    assert f"calm.yaml:{line}: complier_gad7_week_4 counts 60 sessions as take-up." in str(
        told.value
    )


def test_a_protocol_without_the_new_sections_keeps_its_bytes() -> None:
    plan = shipped_protocol().analysis.analyses[0]

    assert not [section for section in SECTIONS if f'"{section}"' in canonical_json(plan).decode()]


def test_the_allocation_is_drawn_often_enough_for_a_small_p_value() -> None:
    found = faults_of_added(
        with_added(
            estimator=Estimator.RERANDOMIZATION, rerandomization=PlannedRedraw(draws=100, seed=1)
        )
    )

    wanted = (
        "rerandomization.draws: added draws the allocation 100 times again. "
        "Draw it at least 999 times; 9999 are usual."
    )
    assert found == [wanted]


def test_a_baseline_that_is_an_outcome_is_no_covariate() -> None:
    found = faults_of_added(
        with_added(
            estimator=Estimator.CLDA,
            mixed_model=PlannedMixedModel(structures=(CovarianceName.UNSTRUCTURED,)),
            covariates=("baseline",),
        )
    )

    assert len(found) == 1
    assert found[0].startswith("covariates[0]: added adjusts for the baseline, which is one of its")


def test_an_estimator_that_adjusts_for_nothing_takes_no_covariates() -> None:
    found = faults_of_added(
        with_added(
            estimator=Estimator.HODGES_LEHMANN,
            shift=PlannedShift(of=ShiftOf.VALUE),
            covariates=("site",),
        )
    )

    wanted = (
        "covariates: added has covariates, and hodges_lehmann adjusts for none. "
        "Leave them out, or choose another estimator."
    )
    assert found == [wanted]
