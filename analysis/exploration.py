"""Analyses outside the plan: the data of a planned one, estimated in another way, and labelled exploratory.

A result is exploratory because no plan has its code; nothing else about it differs from that of a planned analysis.
"""

from collections.abc import Iterable
from dataclasses import replace

from analysis.analyses import analyse
from analysis.harms import Harms
from analysis.results import NotEstimableError, Result
from analysis.study import Study
from data.records.explorations import Exploration
from protocols.analysis_plan import PlannedAnalysis
from protocols.canonical import canonical_json, hash_of
from protocols.design import Protocol
from protocols.plan_document import model_in_words

CODE_PREFIX = "exploratory_"
_COMPLETE_CASES = "Exploratory. Participants with the outcome, and the baseline where it is a covariate, observed."
_AT_RANDOM = "Exploratory. Missing values are missing at random given arm, covariates and the values at other visits."
_IMPUTED = "Exploratory. Missing values after the last one are imputed: {label}."


def planned_analysis(protocol: Protocol, code: str) -> PlannedAnalysis:
    """Return a planned analysis by its code.

    Raises
    ------
    NotEstimableError
        If the plan has none of this code.
    """
    for planned in protocol.analysis.analyses:
        if planned.code == code:
            return planned
    message = f"the analysis plan has no analysis {code!r}"
    raise NotEstimableError(message)


def explored(protocol: Protocol, exploration: Exploration) -> PlannedAnalysis:
    """Return an exploration as an analysis that no plan has.

    Notes
    -----
    `NotEstimableError` if the plan has no analysis whose data it could take.
    """
    planned = planned_analysis(protocol, exploration.analysis)
    other = replace(
        planned,
        code=code_of(exploration),
        estimator=exploration.estimator,
        covariates=exploration.covariates,
        mixed_model=exploration.mixed_model,
        imputation=exploration.imputation,
        missing_data=_missing_data(exploration),
    )
    return replace(
        other,
        label=f"Exploratory: {model_in_words(other)}{_choice(exploration)}; data of {planned.code}",
    )


def code_of(exploration: Exploration) -> str:
    """Return the code of an exploration: the same for the same choices."""
    return f"{CODE_PREFIX}{hash_of(exploration)[:8]}"


def explore(study: Study, harms: Harms, exploration: Exploration) -> tuple[Result, ...]:
    """Carry out an exploration.

    Returns
    -------
    tuple of Result
        All exploratory, each with two lines of Python that give it again.

    Notes
    -----
    `NotEstimableError` if the plan has no analysis whose data it could take.
    """
    results = analyse(study, harms, explored(study.protocol, exploration))
    return tuple(
        replace(result, python_call=_python_call(exploration, position))
        for position, result in enumerate(results)
    )


def explore_recorded(
    study: Study, harms: Harms, explorations: Iterable[Exploration]
) -> tuple[Result, ...]:
    """Carry out every exploration once; those of an analysis that the plan no longer has are left out."""
    codes = {planned.code for planned in study.protocol.analysis.analyses}
    return tuple(
        result
        for exploration in dict.fromkeys(explorations)
        if exploration.analysis in codes
        for result in explore(study, harms, exploration)
    )


def _python_call(exploration: Exploration, position: int) -> str:
    asked = canonical_json(exploration).decode()
    return (
        "from analysis.bundle import load_bundle\n"
        f'print(load_bundle(".").explore({asked!r})[{position}].estimate)'
    )


def _choice(exploration: Exploration) -> str:
    mixed = exploration.mixed_model
    if mixed is None:
        return ""
    return f" ({', else '.join(mixed.structures)}; {mixed.method}; {mixed.weights} weights)"


def _missing_data(exploration: Exploration) -> str:
    if exploration.imputation is not None:
        return _IMPUTED.format(label=exploration.imputation.label)
    return _COMPLETE_CASES if exploration.mixed_model is None else _AT_RANDOM
