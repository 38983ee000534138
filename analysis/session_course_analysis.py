"""A planned course of sessions: all sessions of all participants in one mixed model, one value a session.

Conventions: the outcome is the change of the rating within a session; sessions without both ratings, and those that the estimand sets aside,
are left out. A participant counts once among those analysed, however many sessions there are.
"""

from dataclasses import dataclass, replace
from functools import cache

import pandas as pd

from analysis.analysis_sets import members_of
from analysis.case_frame import ARM, OUTCOME, PARTICIPANT, comparison_of, with_covariates
from analysis.effect_estimates import describe_column, estimate_of
from analysis.equivalent_calls import data_from_file
from analysis.estimators.effect import Effect
from analysis.estimators.session_course import (
    RandomEffects,
    SessionColumns,
    SessionCourse,
    SessionOutcomes,
    estimate_session_course,
    session_outcomes,
)
from analysis.fit_record import FitRecord, VisitCount
from analysis.outcome_values import strategy_effect
from analysis.quantities import AT_MIDDLE_SESSION, GROWTH
from analysis.result_rows import ResultRow, refused_row
from analysis.results import Contrast, Estimate, NotEstimableError
from analysis.study import Study
from protocols.analysis_plan import PlannedAnalysis
from protocols.planned_estimators import PlannedSessionCourse, SessionModel

SESSION = "session"
ASSUMPTIONS = (
    "Sessions that were not held are missing at random given arm, session and the participant's other sessions. Arms are randomized, "
    "single sessions are not: a difference at a session includes who still attends."
)
_EFFECTS = {
    SessionModel.RANDOM_INTERCEPT: RandomEffects.INTERCEPT,
    SessionModel.RANDOM_INTERCEPT_AND_SLOPE: RandomEffects.INTERCEPT_AND_SLOPE,
    SessionModel.COMPOUND_SYMMETRY: RandomEffects.COMPOUND_SYMMETRY,
}
_RANDOM_IN_R = {
    SessionModel.RANDOM_INTERCEPT: "1",
    SessionModel.RANDOM_INTERCEPT_AND_SLOPE: f"1 + {SESSION}",
    SessionModel.COMPOUND_SYMMETRY: "1",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Course:
    course: SessionCourse
    model: SessionModel
    given_up: tuple[str, ...]
    """Each model that was given up, with the reason."""


def session_course_rows(study: Study, planned: PlannedAnalysis) -> list[ResultRow]:
    """Return the difference at the middle session, and its growth from session to session."""
    promise = planned.session_course
    if promise is None:
        return [refused_row(planned, "the plan does not say what differs between participants")]
    frame = session_frame(study, planned)
    means = frame.groupby([PARTICIPANT, ARM], sort=True)[OUTCOME].mean().reset_index()
    arms = describe_column(study, means, OUTCOME)
    terms = " + ".join([f"{ARM} * {SESSION}", *planned.covariates])

    @cache
    def found(contrast: Contrast) -> _Course:
        columns = SessionColumns(
            outcome=OUTCOME,
            participant=PARTICIPANT,
            session=SESSION,
            comparison=comparison_of(study, frame, contrast),
            covariates=planned.covariates,
        )
        level = study.protocol.analysis.confidence_level
        return _in_order(session_outcomes(frame, columns), promise, level)

    def estimate(effect: Effect, fitted: _Course) -> Estimate:
        course = fitted.course
        given_up = f" Given up before it: {'; '.join(fitted.given_up)}." if fitted.given_up else ""
        between = (
            "Covariance of two sessions of a participant"
            if fitted.model is SessionModel.COMPOUND_SYMMETRY
            else "Variance between participants"
        )
        comment = (
            f"{course.n_sessions} sessions of {course.n_participants} participants; middle session {course.middle_session:g}. {between} "
            f"{course.between_variance:.1f}, variance within participants {course.within_variance:.1f}. Mean (SD): of the participants' means.{given_up}"
        )
        return estimate_of(
            effect, arms, model=f"{OUTCOME} ~ {terms}", assumptions=ASSUMPTIONS, comment=comment
        )

    promised = ResultRow(
        suffix="",
        label=" (at the middle session)",
        quantity=AT_MIDDLE_SESSION,
        estimate=lambda contrast: estimate(found(contrast).course.at_middle, found(contrast)),
        describe=lambda: arms,
        record=lambda contrast: _record(study, planned, frame, terms, found(contrast)),
    )
    unit = study.protocol.outcome(planned.outcome).unit
    growth = replace(
        promised,
        suffix=".growth",
        label=" (growth per session)",
        quantity=GROWTH,
        unit=f"{unit} per session",
        estimate=lambda contrast: estimate(found(contrast).course.per_session, found(contrast)),
    )
    return [promised, growth]


def _in_order(data: SessionOutcomes, promise: PlannedSessionCourse, level: float) -> _Course:
    given_up: list[str] = []
    for model in promise.models:
        try:
            course = estimate_session_course(data, _EFFECTS[model], confidence_level=level)
        except NotEstimableError as error:
            given_up.append(f"{model.replace('_', ' ')} ({error})")
            continue
        return _Course(course=course, model=model, given_up=tuple(given_up))
    raise NotEstimableError(
        f"no planned model of the sessions can be fitted: {'; '.join(given_up)}"
    )


def session_frame(study: Study, planned: PlannedAnalysis) -> pd.DataFrame:
    """Return one row a session: ``participant``, ``arm``, ``session``, ``outcome`` and the covariates.

    Raises
    ------
    NotEstimableError
        If no session was rated before and after, or an event happened whose strategy is not carried out.
    """
    effect = strategy_effect(study, planned)
    if effect.refused:
        message = f"strategy not carried out by this program: {'; '.join(effect.refused)}"
        raise NotEstimableError(message)
    members = members_of(study.memberships, planned.analysis_set) - effect.set_aside
    ratings = [
        row
        for row in study.datasets.ratings
        if row.participant_id in members
        and row.change is not None
        and (row.participant_id, row.number) not in effect.sessions_set_aside
    ]
    if not ratings:
        raise NotEstimableError("no session was rated before and after")
    frame = pd.DataFrame(
        {
            PARTICIPANT: [row.participant_id for row in ratings],
            ARM: [study.arm_of[row.participant_id] for row in ratings],
            SESSION: [row.number for row in ratings],
            OUTCOME: [row.change for row in ratings],
        }
    )
    return with_covariates(study, planned, frame, {})


def _record(
    study: Study, planned: PlannedAnalysis, frame: pd.DataFrame, terms: str, fitted: _Course
) -> FitRecord:
    models = () if planned.session_course is None else planned.session_course.models
    random = f"({_RANDOM_IN_R[fitted.model]} | {PARTICIPANT})"
    middle = fitted.course.middle_session
    fit = (
        f'summary(lmerTest::lmer({OUTCOME} ~ {terms} + {random}, data = d), ddf = "Kenward-Roger")'
    )
    return FitRecord(
        formula=f"{OUTCOME} ~ {terms}",
        covariance=fitted.model.replace("_", " "),
        standard_errors="restricted maximum likelihood",
        df_method="Kenward and Roger, linear",
        counts=tuple(
            VisitCount(visit="sessions", arm=arm.label, n=int((frame[ARM] == arm.arm).sum()))
            for arm in study.arms
        ),
        covariance_planned=tuple(model.value for model in models),
        fallback=fitted.given_up,
        call_in_r="\n".join(
            [data_from_file(planned.code), f"d${SESSION} <- d${SESSION} - {middle:g}", fit]
        ),
        differences=(
            "R's pbkrtest takes the expected information, here it is the observed: degrees of freedom differ by about 1 %.",
        ),
    )
