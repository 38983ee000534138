"""Analyses outside the plan: the data of a planned one, estimated in another way, and labelled exploratory.

A result is exploratory because no plan has its code; nothing else about it differs from that of a planned analysis.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from analysis.analyses import analyse
from analysis.harms import Harms
from analysis.results import NotEstimableError, Result
from analysis.study import Study
from data.records.explorations import Exploration, ExplorationLog, RecordedExploration
from protocols.analysis_plan import Estimator, PlannedAnalysis
from protocols.canonical import canonical_json, hash_of
from protocols.design import Protocol
from protocols.plan_document import model_in_words

CODE_PREFIX = "exploratory_"
_COMPLETE_CASES = "Exploratory. Participants with the outcome, and the baseline where it is a covariate, observed."
_AT_RANDOM = "Exploratory. Missing values are missing at random given arm, covariates and the values at other visits."
_CENSORED = "Exploratory. Everybody of the set is followed until leaving, the last visit, or the end of the records."
_UNDECIDED = "Exploratory. Everybody of the set is compared; an outcome that was not observed decides no pair."
_FOLLOWED = frozenset({Estimator.EVENT_RATE, Estimator.TIME_TO_EVENT, Estimator.RESTRICTED_MEAN})
_IMPUTED = "Exploratory. Missing values after the last one are imputed: {label}."


@dataclass(frozen=True, kw_only=True, slots=True)
class ExploredAnalysis:
    """An analysis that no plan has, with everybody who asked for it."""

    code: str
    """The same for the same choices; the ids of its results begin with it."""
    sha256: str
    """Hash of the choices."""
    label: str
    """Its choices in words."""
    requests: tuple[RecordedExploration, ...]
    """The first one first."""
    planned: PlannedAnalysis | None
    """As if it were planned; None when the protocol in force has no analysis whose data it could take."""
    results: tuple[Result, ...]
    """All exploratory."""


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
        exploration.applied_to(planned),
        code=code_of(exploration),
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
    study: Study, harms: Harms, recorded: Iterable[RecordedExploration]
) -> tuple[ExploredAnalysis, ...]:
    """Carry out every recorded exploration once, in the order in which they were first asked for."""
    requests: dict[Exploration, list[RecordedExploration]] = {}
    for one in recorded:
        requests.setdefault(one.exploration, []).append(one)
    return tuple(
        _explored(study, harms, exploration, tuple(asked))
        for exploration, asked in requests.items()
    )


def results_of(explored: Iterable[ExploredAnalysis]) -> tuple[Result, ...]:
    """Return all results of analyses outside the plan."""
    return tuple(result for one in explored for result in one.results)


def log_of(explored: Iterable[ExploredAnalysis]) -> ExplorationLog:
    """Return everything that was asked for, in the order of time."""
    requests = [request for one in explored for request in one.requests]
    return ExplorationLog(entries=tuple(sorted(requests, key=lambda request: request.at)))


def _explored(
    study: Study,
    harms: Harms,
    exploration: Exploration,
    requests: tuple[RecordedExploration, ...],
) -> ExploredAnalysis:
    none = ExploredAnalysis(
        code=code_of(exploration),
        sha256=hash_of(exploration),
        label=f"Exploratory: data of {exploration.analysis}, which the plan no longer has",
        requests=requests,
        planned=None,
        results=(),
    )
    try:
        planned = explored(study.protocol, exploration)
    except NotEstimableError:
        return none
    results = explore(study, harms, exploration)
    return replace(none, label=planned.label, planned=planned, results=results)


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
    if exploration.estimator in _FOLLOWED:
        return _CENSORED
    if exploration.estimator is Estimator.WIN_RATIO:
        return _UNDECIDED
    return _COMPLETE_CASES if exploration.mixed_model is None else _AT_RANDOM
