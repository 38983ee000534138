"""How much is missing, where, and in which pattern (CONSORT 2025 items 21c and 26).

Nothing is imputed here: this counts what is missing before anything stands for it. Missing items inside a questionnaire are replaced
only where the questionnaire's own rule allows; such values are counted as prorated.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.datasets import Datasets, Observation, Parameter
from analysis.roles import measured_visits
from protocols.design import Protocol
from protocols.questionnaire import MissingRule, load_questionnaire


@dataclass(frozen=True, kw_only=True, slots=True)
class MissingReason:
    """One reason for missing values and how often it applies, in the order of the arms."""

    reason: str
    counts: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MissingCount:
    """One variable at one visit; every count in the order of the arms."""

    parameter: str
    label: str
    rule: str
    """What happens to unanswered items, and whose rule that is; empty for recordings."""
    visit: str
    visit_label: str
    randomized: tuple[int, ...]
    observed: tuple[int, ...]
    prorated: tuple[int, ...]
    reasons: tuple[MissingReason, ...]

    @property
    def missing(self) -> tuple[int, ...]:
        """Randomized participants without a value."""
        return tuple(n - k for n, k in zip(self.randomized, self.observed, strict=True))


@dataclass(frozen=True, kw_only=True, slots=True)
class MissingPattern:
    """Which visits of the primary variable are observed, and how many participants show it."""

    observed: tuple[bool, ...]
    counts: tuple[int, ...]

    @property
    def is_monotone(self) -> bool:
        """Whether nothing is observed after the first gap."""
        return list(self.observed) == sorted(self.observed, reverse=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class MissingData:
    """Everything about missing values of one trial."""

    counts: tuple[MissingCount, ...]
    pattern_visits: tuple[str, ...]
    """Labels of the visits of the patterns."""
    patterns: tuple[MissingPattern, ...]


def describe_missing_data(
    protocol: Protocol, datasets: Datasets, arm_order: Sequence[str], primary_parameter: str
) -> MissingData:
    """Count missing values of every variable, and the patterns of the primary one."""
    arms = {row.participant_id: row.arm for row in datasets.participants}
    parameter = datasets.parameter(primary_parameter)
    visits = measured_visits(protocol, parameter.questionnaire)
    return MissingData(
        counts=tuple(_counts(protocol, datasets, arms, arm_order)),
        pattern_visits=tuple(visit.label for visit in visits),
        patterns=_patterns(datasets, arms, arm_order, primary_parameter),
    )


def _counts(
    protocol: Protocol, datasets: Datasets, arms: Mapping[str, str], arm_order: Sequence[str]
) -> list[MissingCount]:
    counts = []
    for parameter in datasets.parameters:
        for visit in measured_visits(protocol, parameter.questionnaire):
            rows = list(datasets.of(parameter.code, visit.code).values())
            counts.append(
                MissingCount(
                    parameter=parameter.code,
                    label=parameter.label,
                    rule=item_rule(parameter),
                    visit=visit.code,
                    visit_label=visit.label,
                    randomized=_by_arm(rows, arms, arm_order),
                    observed=_by_arm([r for r in rows if r.value is not None], arms, arm_order),
                    prorated=_by_arm([r for r in rows if r.prorated], arms, arm_order),
                    reasons=_reasons(rows, arms, arm_order),
                )
            )
    return counts


def item_rule(parameter: Parameter) -> str:
    """Say what happens to unanswered items of a questionnaire, and where the rule comes from."""
    if parameter.questionnaire is None:
        return ""
    questionnaire = load_questionnaire(parameter.questionnaire)
    allowed = next(s.maximum_missing for s in questionnaire.scores if s.name == parameter.score)
    words = _RULE_WORDS[questionnaire.missing_rule].format(n=allowed)
    return f"{words} (source: {questionnaire.missing_source.strip()})"


_RULE_WORDS = {
    MissingRule.NONE: "an unanswered item leaves no value",
    MissingRule.PRORATE_MEAN: "up to {n} unanswered items count as the mean of those answered",
    MissingRule.MEAN_OF_ANSWERED: "with up to {n} unanswered items the mean of those answered counts",
    MissingRule.MIDPOINT: "up to {n} unanswered items count as the middle of their range",
}


def _by_arm(
    rows: Sequence[Observation], arms: Mapping[str, str], arm_order: Sequence[str]
) -> tuple[int, ...]:
    allocated = Counter(arms[row.participant_id] for row in rows)
    return tuple(allocated[arm] for arm in arm_order)


def _reasons(
    rows: Sequence[Observation], arms: Mapping[str, str], arm_order: Sequence[str]
) -> tuple[MissingReason, ...]:
    missing = [row for row in rows if row.value is None]
    return tuple(
        MissingReason(
            reason=reason,
            counts=_by_arm([row for row in missing if row.reason == reason], arms, arm_order),
        )
        for reason in sorted({row.reason for row in missing})
    )


def _patterns(
    datasets: Datasets, arms: Mapping[str, str], arm_order: Sequence[str], parameter: str
) -> tuple[MissingPattern, ...]:
    by_person: dict[str, list[Observation]] = {person: [] for person in arms}
    for row in datasets.observations:
        if row.parameter == parameter:
            by_person[row.participant_id].append(row)
    seen = Counter((_pattern(rows), arms[person]) for person, rows in by_person.items() if rows)
    return tuple(
        MissingPattern(observed=pattern, counts=tuple(seen[pattern, arm] for arm in arm_order))
        for pattern in sorted({pattern for pattern, _ in seen}, reverse=True)
    )


def _pattern(rows: Sequence[Observation]) -> tuple[bool, ...]:
    ordered = sorted(rows, key=lambda row: row.visit_number)
    return tuple(row.value is not None for row in ordered)
