"""Who is in an analysis with imputed outcomes, and which visits inform the imputation.

Conventions: the reference arm of every strategy is the arm that the others are compared with. The event lies after a participant's last
value, unless what is missing is not yet due. A value that the estimand sets aside (hypothetical strategy) is imputed as
missing at random. Visits before the outcome's inform the imputation, later ones too once no participant's is still to come.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from analysis.analysis_sets import members_of
from analysis.attendance import Absence
from analysis.datasets import Observation, parameter_code
from analysis.estimators.design import Covariate
from analysis.missing_data.repeated_outcomes import Interruption, RepeatedOutcomes
from analysis.outcome_values import BASELINE, strategy_effect
from analysis.results import NotEstimableError
from analysis.roles import measured_visits
from analysis.study import Study
from protocols.analysis_plan import PlannedAnalysis
from protocols.imputation import PlannedImputation
from protocols.outcomes import Outcome


def arrange_outcomes(
    study: Study, planned: PlannedAnalysis, promise: PlannedImputation
) -> RepeatedOutcomes:
    """Arrange the outcome of an analysis over the visits that inform its imputation.

    Parameters
    ----------
    study : Study
        The trial.
    planned : PlannedAnalysis
        The analysis.
    promise : PlannedImputation
        Its strategy.

    Returns
    -------
    RepeatedOutcomes
        Members of the analysis set with a baseline whose outcome is due; the reference arm comes last.

    Raises
    ------
    NotEstimableError
        If an intercurrent event happened whose strategy this program does not carry out, or nobody is left.
    """
    effect = strategy_effect(study, planned)
    if effect.refused:
        message = f"strategy not carried out by this program: {'; '.join(effect.refused)}"
        raise NotEstimableError(message)
    outcome = study.protocol.outcome(planned.outcome)
    rows = {
        visit: study.datasets.of(parameter_code(outcome), visit)
        for visit in _visits(study, outcome)
    }
    people = _people(study, planned, rows[outcome.visit or ""])
    if not people:
        raise NotEstimableError("no participant has a baseline and an outcome that is due")
    table = np.array(
        [[_number(rows[visit][person]) for visit in rows] for person in people], dtype=np.float64
    )
    first_set_aside = list(rows).index(outcome.visit or "")
    aside = [position for position, person in enumerate(people) if person in effect.set_aside]
    table[aside, first_set_aside:] = np.nan
    reference = study.contrasts[0].second
    return RepeatedOutcomes(
        outcome_name=planned.outcome,
        participants=tuple(people),
        visits=tuple(rows),
        arms=(*(arm for arm in study.arm_order if arm != reference), reference),
        arm=tuple(study.arm_of[person] for person in people),
        outcome=table,
        covariates=_covariates(study, planned, people, rows[outcome.visit or ""]),
        interruptions=tuple(
            None
            if person in effect.set_aside
            else _interruption([visit[person] for visit in rows.values()], promise, reference)
            for person in people
        ),
    )


def _visits(study: Study, outcome: Outcome) -> list[str]:
    """Return the visits after baseline up to the outcome's, and later ones at which everything is due."""
    code = parameter_code(outcome)
    after = [v for v in measured_visits(study.protocol, outcome.questionnaire) if v.day > 0]
    own_day = study.protocol.visit(outcome.visit or "").day
    return [
        visit.code
        for visit in after
        if visit.day <= own_day
        or not any(_is_open(row) for row in study.datasets.of(code, visit.code).values())
    ]


def _is_open(row: Observation) -> bool:
    return row.value is None and row.reason == Absence.NOT_YET_DUE.value


def _number(row: Observation) -> float:
    return np.nan if row.value is None else row.value


def _people(study: Study, planned: PlannedAnalysis, rows: Mapping[str, Observation]) -> list[str]:
    members = members_of(study.memberships, planned.analysis_set)
    needs_baseline = BASELINE in planned.covariates
    return [
        person
        for person in study.arm_of
        if person in members
        and not _is_open(rows[person])
        and (rows[person].baseline is not None or not needs_baseline)
    ]


def _covariates(
    study: Study,
    planned: PlannedAnalysis,
    people: Sequence[str],
    rows: Mapping[str, Observation],
) -> tuple[Covariate, ...]:
    participants = {row.participant_id: row for row in study.datasets.participants}
    return tuple(
        Covariate(name=name, values=tuple(rows[person].baseline or 0.0 for person in people))
        if name == BASELINE
        else Covariate(name=name, values=tuple(participants[p].level(name) for p in people))
        for name in planned.covariates
    )


def _interruption(
    rows: Sequence[Observation], promise: PlannedImputation, reference: str
) -> Interruption | None:
    last = max((index for index, row in enumerate(rows) if row.value is not None), default=-1)
    first = last + 1
    if first == len(rows) or _is_open(rows[first]):
        return None
    return Interruption(first_visit=first, strategy=promise.strategy, reference_arm=reference)
