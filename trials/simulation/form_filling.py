"""How an invented person's forms get into the store, and who looks after what they set off."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from data.records.people import Actor
from data.records.safety import AlertState
from data.storage.store import Store
from protocols.design import Protocol
from protocols.questionnaire import load_questionnaire
from trials.answering import complete_form, enter_form, save_answer
from trials.safety import acknowledge_alert, alerts, close_alert
from trials.schedule import visits_before
from trials.simulation.answering import answer_id, answer_items

ANY_TOTAL = (0.0, math.inf)


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """Where one person's forms are filled in: by the person, or by the coordinator for them."""

    store: Store
    coordinator: Actor
    protocol: Protocol
    participant_id: str
    draw: np.random.Generator

    def fill_in(
        self,
        occasion: str,
        questionnaire: str,
        total: float,
        *,
        missing_share: float = 0.0,
        within: tuple[float, float] = ANY_TOTAL,
    ) -> None:
        """Fill in a form so that its sum is near a latent total; see `answer_items`.

        Before randomization the coordinator enters it from paper: people get a screen of their own
        afterwards.
        """
        definition = load_questionnaire(questionnaire)
        answers = answer_items(
            definition, total, missing_share=missing_share, draw=self.draw, within=within
        )
        if occasion in {visit.code for visit in visits_before(self.protocol)}:
            enter_form(
                self.store,
                self.coordinator,
                self.participant_id,
                occasion,
                definition.id,
                dict(answers),
            )
            self.look_after_alerts()
        elif self.answer(occasion, definition.id, answers, self.draw):
            self.look_after_alerts()

    def answer(
        self,
        occasion: str,
        questionnaire: str,
        answers: Mapping[str, float | None],
        draw: np.random.Generator,
    ) -> bool:
        """Answer item by item, finish the form, and say whether an answer set off an alert."""
        receipts = [
            save_answer(
                self.store,
                self.coordinator,
                answer_id=answer_id(draw),
                participant_id=self.participant_id,
                occasion=occasion,
                questionnaire=questionnaire,
                item=item,
                value=value,
            )
            for item, value in answers.items()
        ]
        complete_form(self.store, self.coordinator, self.participant_id, occasion, questionnaire)
        return any(receipt.alerts for receipt in receipts)

    def look_after_alerts(self) -> None:
        """Acknowledge and close what this person set off."""
        for alert in alerts(self.store, self.coordinator):
            if alert.participant_id == self.participant_id and alert.state is AlertState.RAISED:
                acknowledge_alert(self.store, self.coordinator, alert.id)
                close_alert(
                    self.store,
                    self.coordinator,
                    alert.id,
                    "Spoke with the person; no acute risk.",
                )
