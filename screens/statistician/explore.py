"""An analysis outside the plan: other choices on the data of a planned one, on record before it runs."""

from dataclasses import replace

import streamlit as st

from data.records.explorations import Exploration
from protocols.analysis_plan import Estimator, PlannedAnalysis
from protocols.design import Protocol
from protocols.explorable import covariates_for, estimators_for
from protocols.imputation import ImputationStrategy, ImputedVariance, PlannedImputation
from protocols.mixed_model import CovarianceName, Method, PlannedMixedModel, Weights
from protocols.plan_document import ESTIMATOR_WORDS
from screens import frame
from screens.acts import attempt
from screens.job_progress import watch_job
from screens.no_trial import wait_for_trial
from screens.single_analysis_view import EXPLORED, start_exploration
from screens.state import key_of
from screens.statistician.cards import draw_single_analysis
from screens.statistician.explorations import draw_recorded
from screens.statistician.section_choices import choose_sections
from trials.blinding import Blind, unblinding_state
from trials.explorations import record_exploration, recorded_explorations
from trials.opening import protocol_in_force

ON_RECORD = (
    "Whatever you run here is **exploratory**: it is labelled so on every page and in every file, and your name, "
    "the moment and the choices go into the audit trail before the numbers are computed."
)
STRATIFIED = frozenset({Estimator.RESPONDER_STRATIFIED, Estimator.MANTEL_HAENSZEL})
MIXED_MODELS = frozenset({Estimator.MMRM, Estimator.CLDA})
STRUCTURES: tuple[CovarianceName, ...] = tuple(CovarianceName)
METHODS: tuple[Method, ...] = tuple(Method)
WEIGHTS: tuple[Weights, ...] = tuple(Weights)
AS_OBSERVED = "As observed: complete cases"


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    st.title("Explore")
    wait_for_trial(desk, "analyses outside the plan, on record and labelled exploratory")
    st.markdown(ON_RECORD)
    exploration = choose(protocol_in_force(desk.store, desk.actor))
    reason = st.text_area(
        "Why do you analyse outside the plan?",
        help="One sentence. It is printed in the report beside the numbers, with your name and the moment.",
        height=80,
        key=key_of("explore", "reason"),
    )
    if st.button("Record and run outside the plan", key=key_of("explore", "run")):
        run(desk, exploration, reason or "")
    is_running = watch_job(EXPLORED.job(desk.bench, desk.actor))
    view = EXPLORED.found(desk.actor)
    if view is not None and not is_running:
        lifted = unblinding_state(desk.store, desk.actor) is Blind.LIFTED
        draw_single_analysis(view, lifted=lifted)
    st.header("On record in this trial")
    draw_recorded(recorded_explorations(desk.store, desk.actor))


def run(desk: frame.Desk, exploration: Exploration, reason: str) -> None:
    """Leave on record what is asked for, then start it."""

    def recorded() -> bool:
        record_exploration(desk.store, desk.actor, exploration, reason)
        return True

    if attempt(recorded):
        start_exploration(desk.bench, desk.actor, exploration)


def choose(protocol: Protocol) -> Exploration:
    """Draw the choices, and return what is chosen."""
    offered = {p.code: p for p in protocol.analysis.analyses if estimators_for(protocol, p)}
    with st.container(border=True):
        code = st.selectbox(
            "Data of the planned analysis",
            list(offered),
            format_func=lambda one: offered[one].label,
            key=key_of("explore", "analysis"),
        )
        planned = offered[code or ""]
        estimator = st.selectbox(
            "Estimator",
            estimators_for(protocol, planned),
            format_func=lambda one: sentence(ESTIMATOR_WORDS[one]),
            key=key_of("explore", "estimator"),
        )
        tried = replace(planned, estimator=estimator, imputation=None, mixed_model=None)
        return Exploration(
            analysis=planned.code,
            estimator=estimator,
            covariates=choose_covariates(protocol, planned, estimator),
            mixed_model=choose_mixed_model() if estimator in MIXED_MODELS else None,
            imputation=choose_imputation(protocol, planned)
            if estimator is Estimator.ANCOVA
            else None,
            **choose_sections(protocol, tried),  # type: ignore[arg-type]
        )


def sentence(words: str) -> str:
    """Return words with a capital."""
    return f"{words[:1].upper()}{words[1:]}"


def choose_covariates(
    protocol: Protocol, planned: PlannedAnalysis, estimator: Estimator
) -> tuple[str, ...]:
    """Draw the covariates that the estimator takes; a difference in means has none."""
    if estimator is Estimator.DIFFERENCE_IN_MEANS:
        return ()
    offered = covariates_for(protocol, planned, estimator)
    if not offered:
        return ()
    return tuple(
        st.multiselect(
            "Strata" if estimator in STRATIFIED else "Covariates",
            offered,
            default=[name for name in planned.covariates if name in offered],
            key=key_of("explore", f"covariates.{planned.code}.{estimator}"),
        )
    )


def choose_mixed_model() -> PlannedMixedModel:
    """Draw covariance, degrees of freedom and weights."""
    first, second, third = st.columns(3)
    structure = first.selectbox("Covariance", STRUCTURES, key=key_of("explore", "structure"))
    method = second.selectbox(
        "Degrees of freedom and errors", METHODS, key=key_of("explore", "method")
    )
    weights = third.selectbox(
        "Weights of other factors", WEIGHTS, index=1, key=key_of("explore", "weights")
    )
    return PlannedMixedModel(structures=(structure,), method=method, weights=weights)


def choose_imputation(protocol: Protocol, planned: PlannedAnalysis) -> PlannedImputation | None:
    """Draw what stands for missing values, where the outcome is measured at visits."""
    if Estimator.MMRM not in estimators_for(protocol, planned):
        return None
    labels = {AS_OBSERVED: AS_OBSERVED, **{one.value: one.label for one in ImputationStrategy}}
    chosen = st.selectbox(
        "Missing outcomes",
        list(labels),
        format_func=labels.__getitem__,
        help="Imputed by conditional means, with the jackknife as variance: no chance takes part.",
        key=key_of("explore", "missing"),
    )
    if chosen == AS_OBSERVED:
        return None
    return PlannedImputation(
        strategy=ImputationStrategy(chosen), variance=ImputedVariance.JACKKNIFE
    )


show_page()
