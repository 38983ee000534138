"""Baseline characteristics by arm (CONSORT 2025 item 25): described, never compared by a test."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from analysis.datasets import Datasets, ParticipantRow
from analysis.estimators.descriptive import Summary, summarize
from analysis.roles import ArmColumn
from protocols.design import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class ContinuousRow:
    """A measured variable: one summary an arm, then one for everyone."""

    label: str
    unit: str
    summaries: tuple[Summary, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CategoryRow:
    """One level of a variable: how many participants an arm, then of everyone."""

    label: str
    level: str
    counts: tuple[int, ...]
    totals: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class BaselineTable:
    """The baseline of everyone randomized."""

    n: tuple[int, ...]
    """Randomized participants an arm, then all."""
    rows: tuple[ContinuousRow | CategoryRow, ...]


def describe_baseline(
    protocol: Protocol, datasets: Datasets, arms: Sequence[ArmColumn]
) -> BaselineTable:
    """Describe everyone randomized: age, sex, stratification factors, and each variable at baseline."""
    columns = [_of_arm(datasets.participants, arm.arm) for arm in arms]
    columns.append(list(datasets.participants))
    rows: list[ContinuousRow | CategoryRow] = [
        _continuous("Age", "years", columns, lambda row: row.age_years),
        *_categories("Sex", columns, lambda row: row.sex or "not given"),
    ]
    for factor in protocol.randomization.factors:
        labels = {level.code: level.label for level in factor.levels}
        rows += _categories(
            factor.label,
            columns,
            lambda row, code=factor.code, names=labels: names.get(row.level(code), row.level(code)),  # type: ignore[misc]
        )
    rows += _variables(datasets, columns)
    return BaselineTable(n=tuple(len(column) for column in columns), rows=tuple(rows))


def _of_arm(rows: Iterable[ParticipantRow], arm: str) -> list[ParticipantRow]:
    return [row for row in rows if row.arm == arm]


def _variables(
    datasets: Datasets, columns: Sequence[Sequence[ParticipantRow]]
) -> list[ContinuousRow]:
    found = []
    for parameter in datasets.parameters:
        values = {
            row.participant_id: row.value
            for row in datasets.observations
            if row.parameter == parameter.code and row.visit_number == 0
        }
        found.append(
            ContinuousRow(
                label=parameter.label,
                unit=parameter.unit,
                summaries=tuple(
                    summarize([values.get(row.participant_id) for row in column])
                    for column in columns
                ),
            )
        )
    return found


def _continuous(
    label: str,
    unit: str,
    columns: Sequence[Sequence[ParticipantRow]],
    value: Callable[[ParticipantRow], float | None],
) -> ContinuousRow:
    return ContinuousRow(
        label=label,
        unit=unit,
        summaries=tuple(summarize([value(row) for row in column]) for column in columns),
    )


def _categories(
    label: str,
    columns: Sequence[Sequence[ParticipantRow]],
    level_of: Callable[[ParticipantRow], str],
) -> list[CategoryRow]:
    levels = sorted({level_of(row) for column in columns for row in column})
    return [
        CategoryRow(
            label=label,
            level=level,
            counts=tuple(sum(level_of(row) == level for row in column) for column in columns),
            totals=tuple(len(column) for column in columns),
        )
        for level in levels
    ]
