"""By which clock a site counts its days.

Contents: `choose_time_zone`.
"""

import streamlit as st

from data.records.local_days import UNNAMED_TIME_ZONE, known_time_zones
from screens.state import key_of


def choose_time_zone(name: str, now: str, *, key: str) -> str:
    """Draw the choice of a site's time zone, and return it.

    Parameters
    ----------
    name : str
        Of the site.
    now : str
        What is shown first; UTC when it is no place that is known.
    key : str
        Of the widget.
    """
    zones = known_time_zones()
    return st.selectbox(
        f"Time zone of {name}",
        zones,
        index=zones.index(now if now in zones else UNNAMED_TIME_ZONE),
        help="Windows of visits and sessions, and today, are days by the clock of the site.",
        key=key_of("sites", key),
    )
