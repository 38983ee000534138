"""The analysis plan as a document: what was promised, locked under which hash, by whom and when."""

from collections.abc import Sequence

import streamlit as st

from data.records.trial import ProtocolState
from protocols.design import Protocol
from protocols.document import protocol_hash
from protocols.method_pages import pages_of
from protocols.plan_document import AnalysisDefinition, definitions_of, plan_hash
from protocols.promised_tests import hypotheses_in_words, looks_in_words
from screens import frame
from screens.acts import escaped, in_moment
from screens.drawing import draw_table
from screens.no_trial import wait_for_trial
from screens.statistician.explorations import draw_recorded
from screens.statistician.planned_bounds import draw_planned_bounds
from trials.blinding import unblinding
from trials.explorations import recorded_explorations
from trials.opening import PublishedVersion, protocol_in_force, protocol_versions


def show_page() -> None:
    """Draw the page."""
    from analysis.reports.plan_table import plan_table

    desk = frame.desk()
    st.title("Analysis plan")
    wait_for_trial(desk, "the analysis plan, with its hash and who locked it")
    protocol = protocol_in_force(desk.store, desk.actor)
    versions = protocol_versions(desk.store, desk.actor)
    draw_lock(protocol, versions)
    draw_versions(desk, versions)
    st.header("Every planned analysis")
    draw_table(plan_table(protocol))
    draw_words(protocol)
    if protocol.analysis.looks is not None:
        st.header("Looks before the end")
        draw_planned_bounds(protocol)
    st.header("Each analysis in full")
    for definition in definitions_of(protocol):
        draw_definition(definition)
    st.header("Outside the plan")
    st.markdown("What follows is **exploratory**, on every page and in every file.")
    draw_recorded(recorded_explorations(desk.store, desk.actor))


def draw_lock(protocol: Protocol, versions: Sequence[PublishedVersion]) -> None:
    """Draw who locked the plan when, and compare the hash that was kept with that of the protocol now."""
    version = next(one for one in versions if one.state is ProtocolState.FROZEN)
    frozen = in_moment(version.frozen_at) if version.frozen_at else "never"
    st.markdown(
        f"The plan is part of protocol version **{escaped(version.version)}**; freezing the protocol locks it. "
        f"Frozen by **{escaped(version.frozen_by or 'nobody')}** on {frozen}.\n\n"
        f"SHA-256 of the plan:  \n`{plan_hash(protocol)}`\n\n"
        f"SHA-256 of the protocol, kept at freezing:  \n`{version.sha256}`"
    )
    now = protocol_hash(protocol)
    if now == version.sha256:
        st.success("Computed again just now: the protocol in force is the one that was frozen.")
    else:
        st.error(f"The protocol in force is NOT the one that was frozen. Its hash now: {now}")


def draw_versions(desk: frame.Desk, versions: Sequence[PublishedVersion]) -> None:
    """Draw every version with the hash of its plan, and whether the arms were known by then."""
    lifted = unblinding(desk.store, desk.actor)
    known_at = lifted.confirmed_at if lifted else None
    st.header("The plan in each version of the protocol")
    for one in versions:
        frozen = in_moment(one.frozen_at) if one.frozen_at else "never"
        st.markdown(
            f"**Version {escaped(one.version)}**, frozen {frozen} by {escaped(one.frozen_by or 'nobody')}. "
            f"SHA-256 of its plan:  \n`{plan_hash(one.protocol)}`"
        )
        if known_at and one.frozen_at and one.frozen_at > known_at:
            st.error("This version was frozen after the arms were known.")


def draw_words(protocol: Protocol) -> None:
    """Draw what the plan says around its analyses."""
    plan = protocol.analysis
    rows = [
        {"What": what, "As promised": escaped(text)}
        for what, text in (
            ("Level of significance", f"{plan.significance_level:g}, two-sided"),
            ("Confidence level", f"{plan.confidence_level:g}"),
            ("Multiplicity", plan.multiplicity),
            ("Hypotheses tested together", "; ".join(hypotheses_in_words(protocol))),
            ("Looks before the end", plan.interim_looks),
            ("Bounds of the looks", " ".join(looks_in_words(protocol))),
            (
                "Per-protocol set",
                f"at least {plan.per_protocol_minimum_sessions} sessions attended",
            ),
            ("Software", plan.software),
        )
        if text
    ]
    st.table(rows, border="horizontal", hide_index=True, alt="What the plan says beside")


def draw_definition(definition: AnalysisDefinition) -> None:
    """Draw one analysis with all that defines it, folded."""
    planned, estimand = definition.planned, definition.estimand
    with st.expander(escaped(planned.label)):
        rows = [
            {"What": what, "As promised": escaped(text)}
            for what, text in (
                ("Code", planned.code),
                ("Outcome", f"{definition.outcome.label}, in {definition.outcome.unit}"),
                ("Estimand", estimand.label if estimand else "none"),
                ("Summary", estimand.summary if estimand else ""),
                ("Set", planned.analysis_set.value.replace("_", " ")),
                ("Estimator", definition.model),
                ("Mixed model", planned.mixed_model.label if planned.mixed_model else ""),
                ("Degrees of freedom", definition.df_method),
                ("Missing data", definition.missing_data),
                ("Method explained in", ", ".join(pages_of(planned))),
            )
            if text
        ]
        st.table(rows, border="horizontal", hide_index=True, alt=f"{planned.label}, in full")
        st.markdown(f"SHA-256 of this definition:  \n`{definition.sha256}`")


show_page()
