"""Results: every number of a report is a field of one of these frozen values.

Conventions: a difference is *first arm minus second arm* of its ``contrast``; intervals are two-sided; a number that
cannot be estimated is None and ``reason`` says why, never NaN; p values are two-sided and not adjusted.
"""

from dataclasses import dataclass
from typing import Annotated

from analysis.fit_record import FitRecord
from protocols.analysis_plan import AnalysisSet, Estimator
from protocols.canonical import UNSAID


class NotEstimableError(Exception):
    """A number cannot be estimated; the text says why, in words for the report."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """A two-sided confidence interval."""

    lower: float
    upper: float
    level: float
    """Confidence level, e.g. 0.95."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contrast:
    """Which arm is compared with which: the difference is ``first`` minus ``second``."""

    first: str
    second: str
    label: str
    """e.g. ``Arm X − Arm Y``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmEstimate:
    """What one arm contributes to a result (CONSORT 2025 item 26)."""

    arm: str
    label: str
    n_available: int
    """Randomized participants of the arm with the outcome observed."""
    n_analysed: int
    mean: float | None = None
    """Unadjusted mean of those analysed; of a share, the share."""
    standard_deviation: float | None = None
    adjusted_mean: float | None = None
    """Model mean at the covariate means of all participants analysed."""
    adjusted_standard_error: float | None = None
    interval: Interval | None = None
    """Of the adjusted mean where there is one, else of the mean or the share."""
    n_events: int | None = None
    """Participants with the event, where the outcome is an event."""
    n_imputed: int = 0
    """Of those analysed, participants whose outcome was imputed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EffectSize:
    """A standardized difference, or the reason why there is none."""

    kind: str
    """``adjusted`` or ``unadjusted``: which difference is standardized."""
    g: float | None
    interval: Interval | None
    formula: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """What an estimator gives: numbers only, without the plan around them."""

    estimate: float | None
    standard_error: float | None
    df: float | None
    interval: Interval | None
    p: float | None
    arms: tuple[ArmEstimate, ...]
    model: str
    comment: str = ""
    """What the estimator had to do beyond the plan, e.g. drop a covariate that does not vary."""
    reason: str = ""
    """Why there is no estimate; empty when there is one."""
    assumptions: str = ""
    """What has to hold beyond the model for the estimate to mean what it says, and what data cannot show."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HypothesisTest:
    """What was decided about a hypothesis that shares the level with others, or is looked at several times."""

    significance_level: float
    """Two-sided, of all hypotheses together."""
    adjusted_p: float
    """The smallest such level at which this hypothesis is rejected, at any look."""
    local_level: float
    """Share of it that this hypothesis was tested at; 0: not reached."""
    is_rejected: bool
    interval: Interval | None
    """At the level that decided: it holds the null value if and only if the hypothesis is not rejected."""
    no_interval: str
    """Why there is none; empty when there is one."""
    look: Annotated[int | None, UNSAID] = None
    """That decided; the end of the trial counts as one. None: the plan has no looks."""
    look_level: Annotated[float | None, UNSAID] = None
    """What the p value was compared with at that look."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SoftwareVersion:
    """One program that took part in a number."""

    name: str
    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """What a result was made of: the same provenance gives the same bytes."""

    data_sha256: str
    """Hash of the records, the time of their extraction left out."""
    protocol_sha256: str
    code_version: str
    software: tuple[SoftwareVersion, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """One number of the report with everything that is needed to judge it and to repeat it."""

    id: str
    """Code of the planned analysis; a row beside it has a suffix, e.g. ``gad7_week_4.hc3``."""
    label: str
    planned: bool
    """True when the protocol in force promises this very quantity; False: exploratory."""
    estimand: str | None
    outcome: str
    analysis_set: AnalysisSet
    estimator: Estimator
    contrast: Contrast
    quantity: str
    """What the estimate is, e.g. ``difference in adjusted means``."""
    unit: str
    arms: tuple[ArmEstimate, ...]
    estimate: float | None
    standard_error: float | None
    df: float | None
    interval: Interval | None
    p: float | None
    effect_size: EffectSize | None
    """Of the estimate above it: adjusted where the estimate is."""
    unadjusted_effect_size: EffectSize | None
    """Beside an adjusted one: that of the unadjusted means."""
    model: str
    covariates: tuple[str, ...]
    missing_data: str
    data_sha256: str
    code_version: str
    software: tuple[SoftwareVersion, ...]
    python_call: str
    """Two lines of Python that give this result again."""
    comment: str = ""
    reason: str = ""
    """Why there is no estimate; empty when there is one."""
    fit: FitRecord | None = None
    """What was fitted; None when nothing could be."""
    assumptions: str = ""
    """What has to hold beyond the model for the estimate to mean what it says, and what data cannot show."""
    test: Annotated[HypothesisTest | None, UNSAID] = None
    """What was decided about it together with other hypotheses or at several looks; None: nothing was promised or decided."""

    @property
    def n_analysed(self) -> tuple[int, ...]:
        """Participants analysed, in the order of ``arms``."""
        return tuple(arm.n_analysed for arm in self.arms)

    @property
    def n_available(self) -> tuple[int, ...]:
        """Participants with the outcome observed, in the order of ``arms``."""
        return tuple(arm.n_available for arm in self.arms)

    @property
    def is_estimable(self) -> bool:
        """Whether there is a number for the comparison."""
        return self.estimate is not None

    @property
    def is_description(self) -> bool:
        """Whether the result describes arms and, on purpose, compares nothing."""
        return self.estimate is None and not self.reason
