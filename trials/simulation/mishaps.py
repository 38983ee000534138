"""What goes wrong in an invented trial: adverse events, mostly mild ones, and what is told when asked."""

from datetime import datetime, timedelta

import numpy as np

from data.records.people import Actor
from data.records.safety import Causality
from data.storage.store import Store
from trials.harm_asking import LISTED_DOMAINS, HarmReply, record_harms, record_not_asked
from trials.safety import AdverseEventReport
from trials.simulation.person import RATES

_TERMS = (
    ("Headache", "physical", 1, Causality.POSSIBLE),
    ("Skin redness under the sensor", "physical", 1, Causality.PROBABLE),
    ("Sad memories during the music", "affective", 2, Causality.PROBABLE),
    ("Restlessness", "behavioural", 1, Causality.POSSIBLE),
    ("Drowsiness afterwards", "physical", 1, Causality.POSSIBLE),
    ("Common cold", "other", 1, Causality.NOT_RELATED),
)


def draw_adverse_event(
    participant_id: str, session_id: str, now: datetime, draw: np.random.Generator
) -> AdverseEventReport | None:
    """Draw whether something went wrong in a session, and what.

    Parameters
    ----------
    participant_id, session_id : str
        Who and where.
    now : datetime
        When it becomes known.
    draw : numpy.random.Generator
        Source of chance.

    Returns
    -------
    AdverseEventReport or None
        None when nothing went wrong.
    """
    if draw.random() >= RATES.adverse_event_per_session:
        return None
    term, domain, grade, causality = _TERMS[int(draw.integers(len(_TERMS)))]
    return AdverseEventReport(
        participant_id=participant_id,
        term=term,
        domain=domain,
        grade=grade,
        serious=False,
        seriousness="",
        causality=causality,
        expected=grade == 1,
        outcome="Recovered",
        action="None",
        session_id=session_id,
        started_at=now - timedelta(minutes=10),
        aware_at=now,
    )


def ask_for_harms(
    store: Store,
    coordinator: Actor,
    session_id: str,
    report: AdverseEventReport | None,
    draw: np.random.Generator,
) -> None:
    """Ask for harms after a session; now and then somebody has to leave before.

    Parameters
    ----------
    store : Store
        The trial's store.
    coordinator : Actor
        Who asks.
    session_id : str
        After which session.
    report : AdverseEventReport or None
        What went wrong in it.
    draw : numpy.random.Generator
        Source of chance.
    """
    if report is None and draw.random() < RATES.harms_not_asked:
        record_not_asked(store, coordinator, session_id, "Had to leave at once")
        return
    domain = report.domain if report is not None else ""
    reply = HarmReply(
        told_openly=report is not None,
        domains=(domain,) if domain in LISTED_DOMAINS else (),
    )
    record_harms(store, coordinator, session_id, reply)
