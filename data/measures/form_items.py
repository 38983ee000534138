"""Which items of a form are still to be asked.

Conventions: an item that was declined (None) was asked; one that a skip rule settles is not asked.
"""

from collections.abc import Mapping

from protocols.questionnaire import Questionnaire


def open_items(definition: Questionnaire, answers: Mapping[str, float | None]) -> tuple[str, ...]:
    """Return the items still to be asked: not answered, not declined, not skipped by a rule."""
    skipped = {skip.sets for skip in definition.skips if answers.get(skip.item) == skip.answer}
    return tuple(
        item.code
        for item in definition.items
        if item.code not in answers and item.code not in skipped
    )
