"""A questionnaire as a component of a page: one item a screen, saved at each answer.

Contents: `ask`.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from protocols.questionnaire import Item, Questionnaire
from trials.forms import Form

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).parent


def ask(form: Form, *, on_call: str) -> None:
    """Draw a form where it was left.

    The key and the data stay the same while the form is open, so that a rerun of the page does not
    disturb who is answering; the browser sends each answer to `/api/answers`.

    Parameters
    ----------
    form : Form
        The form with the answers so far.
    on_call : str
        Whom the participant can call at once, shown when an answer asks for it.
    """
    _component()(
        key=f"form-{form.occasion}-{form.definition.id}",
        data=_as_plain(form, on_call),
        on_finished_change=lambda: None,
    )


def _as_plain(form: Form, on_call: str) -> dict[str, Any]:
    """Return what the browser needs to ask the items."""
    definition = form.definition
    codes = [item.code for item in definition.items]
    return {
        "form": f"{form.participant_id}/{form.occasion}/{definition.id}",
        "occasion": form.occasion,
        "questionnaire": definition.id,
        "title": definition.title,
        "instruction": definition.instruction,
        "licence": definition.licence,
        "on_call": on_call,
        "start": codes.index(form.next_item) if form.next_item else len(codes) - 1,
        "items": [_item_as_plain(definition, item, form) for item in definition.items],
    }


def _item_as_plain(definition: Questionnaire, item: Item, form: Form) -> dict[str, Any]:
    alerting = [alert.minimum for alert in definition.alerts if alert.item == item.code]
    return {
        "code": item.code,
        "text": item.text,
        "kind": str(item.kind),
        "minimum": item.minimum,
        "maximum": item.maximum,
        "anchors": [{"value": anchor.value, "label": anchor.label} for anchor in item.anchors],
        "alert_minimum": min(alerting, default=None),
        "answered": item.code in form.answers,
        "value": form.answers.get(item.code),
    }


@st.cache_resource
def _component() -> "ComponentRenderer":
    return st.components.v2.component(
        "antiphon_form",
        html=(HERE / "form.html").read_text("utf-8"),
        css=(HERE / "form.css").read_text("utf-8"),
        js=(HERE / "form.js").read_text("utf-8"),
    )
