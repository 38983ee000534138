"""What an estimator needs to know beyond covariates, asked for on the page: one function a section of a planned analysis.

Where the plan has such a section in another analysis, its values are the defaults. What is missing or wrong is told when the analysis is asked for.
Contents: `choose_sections`.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

import streamlit as st

from protocols.analysis_plan import PlannedAnalysis
from protocols.design import Protocol
from protocols.estimator_needs import NEEDS
from protocols.planned_estimators import (
    LEFT_TRIAL,
    ClusterErrors,
    EstimatorPromise,
    Exposure,
    PlannedClusters,
    PlannedComplierEffect,
    PlannedDoseResponse,
    PlannedEventRate,
    PlannedMargin,
    PlannedMediation,
    PlannedRedraw,
    PlannedReliableChange,
    PlannedResponder,
    PlannedRestrictedMean,
    PlannedSessionCourse,
    PlannedSubgroups,
    PlannedTimeToEvent,
    RateModel,
    ResponseCriterion,
    SessionModel,
)
from screens.state import key_of
from screens.statistician.fields import SCREEN, number, one_of, whole, words
from screens.statistician.order_choices import choose_order, choose_shift, choose_win_ratio

Spoken = TypeVar("Spoken", bound=StrEnum)
Promise = TypeVar("Promise", bound=EstimatorPromise)
_CRITERIA = {
    ResponseCriterion.IMPROVED_BY: "an improvement from baseline by at least",
    ResponseCriterion.REACHED: "a value at least as good as",
}
_ERRORS = {
    ClusterErrors.CR2: "CR2, with few sites",
    ClusterErrors.CR1: "CR1, for about 40 sites and more",
}
SEED = 20260101
DRAWS = 4999
EXPLORED = "chosen on the page Explore"


def choose_sections(protocol: Protocol, planned: PlannedAnalysis) -> Mapping[str, EstimatorPromise]:
    """Draw what the estimator of an analysis needs, and return what is chosen by the name of its section; nothing for those that need none."""
    section = NEEDS[planned.estimator].section
    if section is None:
        return {}
    return {section: _CHOICES[section](protocol, planned)}


def planned_elsewhere(protocol: Protocol, section: str, kind: type[Promise]) -> Promise | None:
    """Return the first such section of the plan; None when it has none."""
    found = (getattr(one, section) for one in protocol.analysis.analyses)
    return next((one for one in found if isinstance(one, kind)), None)


def _spoken(kind: type[Spoken]) -> dict[Spoken, str]:
    return {one: one.replace("_", " ") for one in kind}


def events_of(protocol: Protocol) -> dict[str, str]:
    """Return what time can be counted to, by code: leaving the trial, and each intercurrent event."""
    return {
        LEFT_TRIAL: "Leaving the trial",
        **{event.code: event.label for event in protocol.intercurrent_events},
    }


def _responder(protocol: Protocol, planned: PlannedAnalysis) -> PlannedResponder:
    own = planned_elsewhere(protocol, "responder", PlannedResponder)
    smallest = protocol.outcome(planned.outcome).minimal_important_difference
    first, second = st.columns(2)
    with first:
        criterion = one_of("A response is", _CRITERIA, "criterion")
    with second:
        threshold = number("Threshold", own.threshold if own else smallest or 0.0, "threshold")
    source = words("Where the threshold comes from", own.source if own else EXPLORED, "source")
    return PlannedResponder(criterion=criterion, threshold=threshold, source=source)


def _reliable_change(protocol: Protocol, _: PlannedAnalysis) -> PlannedReliableChange:
    own = planned_elsewhere(protocol, "reliable_change", PlannedReliableChange)
    columns = st.columns(3)
    with columns[0]:
        spread = number(
            "Standard deviation", own.standard_deviation if own else 0.0, "sd", "A published one."
        )
    with columns[1]:
        reliability = number("Reliability", own.reliability if own else 0.0, "reliability")
    with columns[2]:
        cut_off = number("Cut-off", own.cut_off if own else 0.0, "cut-off")
    return PlannedReliableChange(
        standard_deviation=spread,
        reliability=reliability,
        cut_off=cut_off,
        source=words("Where these come from", own.source if own else "", "precision-source"),
    )


def _complier(protocol: Protocol, _: PlannedAnalysis) -> PlannedComplierEffect:
    default = protocol.analysis.per_protocol_minimum_sessions
    return PlannedComplierEffect(
        minimum_sessions=whole("Take-up: sessions attended at least", default, "take-up")
    )


def _dose(protocol: Protocol, _: PlannedAnalysis) -> PlannedDoseResponse:
    own = planned_elsewhere(protocol, "dose_response", PlannedDoseResponse)
    default = own.per_minutes if own else protocol.sessions.duration_minutes
    return PlannedDoseResponse(
        per_minutes=number("Effect for so many minutes heard", default, "per-minutes")
    )


def _mediation(protocol: Protocol, planned: PlannedAnalysis) -> PlannedMediation:
    measured = {
        one.code: one.label
        for one in protocol.outcomes
        if one.visit is not None and one.code != planned.outcome
    }
    own = planned_elsewhere(protocol, "mediation", PlannedMediation)
    codes = list(measured)
    index = codes.index(own.mediator) if own and own.mediator in codes else 0
    mediator = one_of("Mechanism", measured, "mediator", index)
    return PlannedMediation(mediator=mediator, seed=whole("Seed", SEED, "seed"))


def _subgroups(protocol: Protocol, _: PlannedAnalysis) -> PlannedSubgroups:
    factors = {one.code: one.label for one in protocol.randomization.factors}
    return PlannedSubgroups(factor=one_of("Subgroups by", factors, "factor"))


def _course(_: Protocol, __: PlannedAnalysis) -> PlannedSessionCourse:
    models = st.multiselect(
        "Models of the sessions, in the order in which they are tried",
        list(SessionModel),
        default=[SessionModel.COMPOUND_SYMMETRY],
        format_func=lambda one: one.replace("_", " "),
        key=key_of(SCREEN, "session-models"),
    )
    return PlannedSessionCourse(models=tuple(models))


def _event_rate(_: Protocol, __: PlannedAnalysis) -> PlannedEventRate:
    first, second = st.columns(2)
    with first:
        exposure = one_of("Events per", _spoken(Exposure), "exposure")
    with second:
        model = one_of("Model of the counts", _spoken(RateModel), "rate-model")
    return PlannedEventRate(exposure=exposure, model=model)


def _event(protocol: Protocol) -> str:
    return one_of("Event", events_of(protocol), "event")


def _time(protocol: Protocol, _: PlannedAnalysis) -> PlannedTimeToEvent:
    return PlannedTimeToEvent(event=_event(protocol))


def _restricted(protocol: Protocol, planned: PlannedAnalysis) -> PlannedRestrictedMean:
    outcome = protocol.outcome(planned.outcome)
    days = [visit.day for visit in protocol.visits]
    default = protocol.visit(outcome.visit).day if outcome.visit else max(days)
    first, second = st.columns(2)
    with first:
        event = _event(protocol)
    with second:
        horizon = number("Up to day", float(default), "horizon")
    return PlannedRestrictedMean(event=event, horizon_days=horizon)


def _margin(protocol: Protocol, planned: PlannedAnalysis) -> PlannedMargin:
    own = planned_elsewhere(protocol, "margin", PlannedMargin)
    smallest = protocol.outcome(planned.outcome).minimal_important_difference
    margin = number(
        "Margin, in the unit of the outcome", own.margin if own else smallest or 0.0, "margin"
    )
    return PlannedMargin(
        margin=margin,
        reason=words("Why this margin", own.reason if own else EXPLORED, "margin-reason"),
    )


def _clusters(_: Protocol, __: PlannedAnalysis) -> PlannedClusters:
    kind = one_of("Standard errors over sites", _ERRORS, "clusters")
    return PlannedClusters(standard_errors=kind)


def _redraw(_: Protocol, __: PlannedAnalysis) -> PlannedRedraw:
    first, second = st.columns(2)
    with first:
        draws = whole("Draws of the allocation", DRAWS, "draws")
    with second:
        seed = whole("Seed", SEED, "seed")
    return PlannedRedraw(draws=draws, seed=seed)


_CHOICES: Mapping[str, Callable[[Protocol, PlannedAnalysis], EstimatorPromise]] = {
    "responder": _responder,
    "reliable_change": _reliable_change,
    "complier_effect": _complier,
    "dose_response": _dose,
    "mediation": _mediation,
    "subgroups": _subgroups,
    "session_course": _course,
    "event_rate": _event_rate,
    "time_to_event": _time,
    "restricted_mean": _restricted,
    "margin": _margin,
    "clusters": _clusters,
    "rerandomization": _redraw,
    "ordinal": choose_order,
    "win_ratio": choose_win_ratio,
    "shift": choose_shift,
}
