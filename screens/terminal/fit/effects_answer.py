"""The answer of a command that estimates a few named effects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from screens.terminal.fit.answer import (
    Answer,
    TextTable,
    effect_plain,
    effect_remarks,
    effects_table,
    require_estimates,
)
from screens.terminal.fit.record import Calls, record, remarks

if TYPE_CHECKING:
    from analysis.estimators.effect import Effect
    from data.exchange.tables import Table


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What was estimated, and from what."""

    effects: "Mapping[str, Effect]"
    """By their names in the JSON; the first is the one that was asked for."""
    table: "Table"
    calls: Calls
    level: float
    more: Mapping[str, Any] = field(default_factory=dict)
    """Further keys of the JSON."""
    notes: tuple[str, ...] = ()
    tables: tuple[TextTable, ...] = ()
    """For a person, after that of the effects."""


def effects_answer(title: str, found: Found) -> Answer:
    """Return the answer; there is none when the first effect cannot be estimated."""
    effects = tuple(found.effects.values())
    require_estimates(effects, found.table.name)
    plain = {
        **{name: effect_plain(effect) for name, effect in found.effects.items()},
        **found.more,
        "level": found.level,
        **record(found.table, found.calls, found.notes),
    }
    return Answer(
        plain=plain,
        tables=(effects_table(title, effects, found.level), *found.tables),
        remarks=(*effect_remarks(effects), *remarks(found.table, found.notes)),
    )


def coefficients_plain(
    names: Sequence[str], estimates: Sequence[float], errors: Sequence[float]
) -> list[dict[str, Any]]:
    """Return the coefficients of a model as plain JSON."""
    return [
        {"name": name, "estimate": float(estimate), "se": float(error)}
        for name, estimate, error in zip(names, estimates, errors, strict=True)
    ]
