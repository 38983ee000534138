"""The headphones of the site: which are calibrated, how to measure a pair, and what was measured."""

import streamlit as st

from data.records.calibrations import HeadphoneCalibration
from interventions.delivery.calibration_sound import calibration_wav
from interventions.delivery.ear_level import limit_dba
from screens import frame
from screens.acts import attempt, escaped, say, show_said
from screens.headphones import name_of, show_calibrations
from screens.state import key_of
from trials.calibrations import (
    CalibrationReport,
    calibrations_in_force,
    end_calibration,
    record_calibration,
)
from trials.local_days import today_at
from trials.opening import protocol_in_force, sites

WHY = (
    "The same music is louder in one pair of headphones than in another. Measure each pair once on the "
    "device that plays, and again whenever headphones, device or its volume change. "
)
LIMIT = (
    "The player then keeps the music below {limit:g} dB(A) at the ear, as the protocol says. Without a "
    "measurement it stays cautiously quiet, and the session is flagged."
)
STEPS = """
1. Open this page **on the device that plays in the sessions**, with the headphones plugged in. Set the
   device to the volume it will have in sessions and write it down. Turn off equalizers and “enhancements”.
2. **Take the headphones off your ears.** Put one cushion on an ear simulator (IEC 60318). Without one, lay
   it on a stiff flat plate with a hole, closed all around, and let the microphone of a sound level meter
   look through the hole: that is a few decibels less certain, so say it under *Method*.
3. Play the sound below, its own volume at full. It is pink noise at exactly -20 LUFS, one minute long.
4. Read the level in **dB(A), averaged over 30 seconds** (LAeq). Put the headphones on anew three times, and
   measure both ears. **The highest of the six values counts.**
"""
KIND_OF_LEVEL = (
    "What your meter shows is taken as it is. An ear simulator at the eardrum reads some decibels more than "
    "a free field; when its maker gives a correction, apply it and say so under *Method*. The noise weighs "
    "more in dB(A) than the music does, so the music will be some 2 to 3 dB(A) quieter than computed."
)


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    st.title("Headphones")
    show_said()
    protocol = attempt(lambda: protocol_in_force(desk.store, desk.actor))
    if protocol is None:
        return
    limit = limit_dba(protocol.safety_rules)
    st.markdown(WHY + (LIMIT.format(limit=limit) if limit is not None else ""))
    site_id = choose_site(desk)
    known = calibrations_in_force(desk.store, desk.actor, site_id)
    show_calibrations(protocol, known)
    offer_end(desk, known)
    st.header("Measure a pair")
    st.markdown(STEPS)
    st.audio(calibration_wav(), format="audio/wav", loop=True)
    st.caption(KIND_OF_LEVEL)
    fill_in(desk, site_id)


def choose_site(desk: frame.Desk) -> str:
    """Return the coordinator's site; who works at all sites chooses one."""
    if desk.actor.site_id is not None:
        return desk.actor.site_id
    known = sites(desk.store, desk.actor)
    return st.selectbox("Site", [site.id for site in known], key=key_of("headphones", "site"))


def offer_end(desk: frame.Desk, known: tuple[HeadphoneCalibration, ...]) -> None:
    """Draw how a calibration is ended."""
    if not known:
        return
    with (
        st.expander("A pair is broken, lost or was changed"),
        st.form(key_of("headphones", "end"), clear_on_submit=True, border=False),
    ):
        chosen = st.selectbox(
            "Which pair", known, format_func=name_of, key=key_of("headphones", "ended")
        )
        reason = st.text_input("What happened", key=key_of("headphones", "reason"))
        pressed = st.form_submit_button("End this calibration")
    if not pressed:
        return
    ended = attempt(lambda: end_calibration(desk.store, desk.actor, chosen.id, reason or ""))
    if ended is not None:
        say(f"The calibration of {escaped(name_of(chosen))} has ended.")
        st.rerun()


def fill_in(desk: frame.Desk, site_id: str) -> None:
    """Draw the form for what was measured, and record it when it is sent."""
    with st.form(key_of("headphones", "form")):
        report = ask(desk, site_id)
        pressed = st.form_submit_button("Record the calibration", type="primary")
    if not pressed:
        return
    if report is None:
        st.error("The level of the test sound is missing: type what the meter shows in dB(A).")
        return
    record = attempt(lambda: record_calibration(desk.store, desk.actor, report))
    if record is not None:
        say(f"{escaped(name_of(record))} is calibrated.")
        st.rerun()


def ask(desk: frame.Desk, site_id: str) -> CalibrationReport | None:
    """Draw what is asked, and return it as typed; None without a level."""
    left, right = st.columns(2)
    label = left.text_input(
        "Label of this pair",
        help="What stands on it, or its serial number. The same label again replaces the earlier measurement.",
        key=key_of("headphones", "label"),
    )
    level_dba = right.number_input(
        "Level of the test sound, dB(A)",
        value=None,
        step=0.5,
        format="%.1f",
        key=key_of("headphones", "level"),
    )
    make = left.text_input("Make", key=key_of("headphones", "make"))
    model = right.text_input("Model", key=key_of("headphones", "model"))
    device = left.text_input(
        "Device that plays", help="With any adapter.", key=key_of("headphones", "device")
    )
    volume = right.text_input(
        "Its volume as set",
        help="In its own words, for example 8 of 15. It stays so in every session.",
        key=key_of("headphones", "volume"),
    )
    measured_by = left.text_input("Measured by", key=key_of("headphones", "by"))
    measured_on = right.date_input(
        "Measured on", today_at(desk.store, desk.actor, site_id), key=key_of("headphones", "on")
    )
    method = st.text_input(
        "Method",
        help="Which meter, which ear simulator or plate, which correction.",
        key=key_of("headphones", "method"),
    )
    note = st.text_input("Note (optional)", key=key_of("headphones", "note"))
    if level_dba is None:
        return None
    return CalibrationReport(
        site_id=site_id,
        label=label or "",
        make=make or "",
        model=model or "",
        playing_device=device or "",
        system_volume=volume or "",
        spl_at_minus20_lufs_dba=level_dba,
        method=method or "",
        measured_on=measured_on,
        measured_by=measured_by or "",
        note=note or "",
    )


attempt(show_page)
