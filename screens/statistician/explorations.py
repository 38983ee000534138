"""The analyses outside the plan that are on record: who asked for which, when and why."""

from collections.abc import Sequence

import streamlit as st

from data.records.explorations import RecordedExploration
from protocols.canonical import canonical_json
from screens.acts import escaped, in_moment


def draw_recorded(recorded: Sequence[RecordedExploration]) -> None:
    """Draw every analysis outside the plan, the newest first."""
    if not recorded:
        st.markdown("Nobody has analysed outside the plan in this trial.")
        return
    lines = [
        f"- {in_moment(one.at)}, **{escaped(one.by)}**"
        + (f", because: {escaped(one.reason)}" if one.reason else "")
        + f"  \n  `{canonical_json(one.exploration).decode()}`"
        for one in reversed(recorded)
    ]
    st.markdown("\n".join(lines))
