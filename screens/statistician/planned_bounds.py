"""The bounds that a plan's looks promise, with the looks held in them for who may see these: `draw_planned_bounds`."""

from collections.abc import Sequence

import streamlit as st

from data.records.looks import HeldLook
from protocols.design import Protocol
from protocols.hypotheses import hypotheses_of_analysis
from screens.drawing import draw_figure


def draw_planned_bounds(protocol: Protocol, held: Sequence[HeldLook] = ()) -> None:
    """Draw bounds and participants of each planned look; nothing when the plan promises none.

    Parameters
    ----------
    protocol : Protocol
    held : sequence of HeldLook
        With their findings, for the unblinded statistician; empty for everybody else.
    """
    from analysis.interim_analysis.boundaries import solve_design
    from analysis.interim_analysis.harm import harm_bounds
    from analysis.interim_analysis.looks import LookEstimate
    from analysis.look_designs import harm_rule, planned_design
    from analysis.look_values import planned_for
    from analysis.reports.interim_looks import boundaries_figure

    design = planned_design(protocol)
    if design is None:
        return
    planned = planned_for(protocol)
    counts = ", ".join(
        f"look {number} at about {share * planned:.0f}"
        for number, share in enumerate(design.information_fractions, start=1)
    )
    st.markdown(
        f"In participants of two arms with the primary outcome: {counts}. A look may come at another time: its bounds are those of the "
        "information that it really has."
    )
    primary = hypotheses_of_analysis(protocol, protocol.primary_analysis.code)[0].name
    seen = [
        (one.information, LookEstimate(estimate=one.z, standard_error=1.0, df=None))
        for one in (look.finding(primary) for look in held)
        if one is not None and one.z is not None
    ]
    rule = harm_rule(protocol)
    figure = boundaries_figure(
        solve_design(design).boundaries,
        [found for _, found in seen],
        reached=[information for information, _ in seen],
        harm=() if rule is None else harm_bounds(rule, design.information_fractions),
    )
    draw_figure(figure)
