"""What estimators beyond a difference in means need to know, promised before unblinding: one value an estimator.

Each is a section of a planned analysis, beside its estimator; `estimator_needs` says which estimator needs which section.
"""

from dataclasses import dataclass
from enum import StrEnum

from protocols.planned_orders import PlannedOrder, PlannedShift, PlannedWinRatio


class ResponseCriterion(StrEnum):
    """What makes a participant a responder."""

    IMPROVED_BY = "improved_by"
    """Better than at baseline by at least the threshold."""
    REACHED = "reached"
    """At the threshold or on its better side, whatever the baseline."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedResponder:
    """Who is a responder."""

    criterion: ResponseCriterion
    threshold: float
    """In the unit of the outcome; of an improvement its size, > 0."""
    source: str
    """Where the threshold comes from, e.g. a smallest important or a reliable change with its paper."""

    @property
    def label(self) -> str:
        """The promise in a few words."""
        if self.criterion is ResponseCriterion.IMPROVED_BY:
            return f"response: better than at baseline by at least {self.threshold:g}"
        return f"response: {self.threshold:g} or better"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedReliableChange:
    """How much of a change is more than the questionnaire's error, and where the range of people without the problem begins."""

    standard_deviation: float
    """Of the questionnaire, in its unit, > 0."""
    reliability: float
    """Test-retest or internal consistency, at least 0 and less than 1."""
    cut_off: float
    """Scores on its better side are in the range of people without the problem."""
    source: str
    """Where these three come from, e.g. a paper; never the data of the trial."""

    @property
    def label(self) -> str:
        """The promise in a few words."""
        return f"SD {self.standard_deviation:g}, reliability {self.reliability:g}, cut-off {self.cut_off:g}"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedComplierEffect:
    """What counts as taking up the intervention."""

    minimum_sessions: int
    """Sessions attended at least."""

    @property
    def label(self) -> str:
        """The promise in a few words."""
        return f"take-up: at least {self.minimum_sessions} sessions attended"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedDoseResponse:
    """How the effect grows with the music heard: in proportion to the minutes."""

    per_minutes: float
    """The effect is given for so many minutes."""

    @property
    def label(self) -> str:
        """The promise in a few words."""
        return f"effect per {self.per_minutes:g} minutes heard"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedMediation:
    """Through which measure an effect is thought to go."""

    mediator: str
    """Code of the outcome that is the mechanism; its change where it has a baseline."""
    seed: int
    """Start of the random numbers of the Monte Carlo interval."""

    @property
    def label(self) -> str:
        """The promise in a few words."""
        return f"mediator {self.mediator}; Monte Carlo interval"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedSubgroups:
    """In which subgroups the effect is looked at."""

    factor: str
    """Code of a factor of the randomization."""

    @property
    def label(self) -> str:
        """The promise in a few words."""
        return f"subgroups by {self.factor}; interaction; shrunken effects"


class SessionModel(StrEnum):
    """How the sessions of one participant belong together."""

    RANDOM_INTERCEPT = "random_intercept"
    RANDOM_INTERCEPT_AND_SLOPE = "random_intercept_and_slope"
    COMPOUND_SYMMETRY = "compound_symmetry"
    """As a random intercept, but its variance may be zero or less."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedSessionCourse:
    """How all sessions are modelled together."""

    models: tuple[SessionModel, ...]
    """In the order in which they are tried, the next when the one before cannot be fitted."""

    @property
    def label(self) -> str:
        """The promise in a few words."""
        return ", else ".join(model.replace("_", " ") for model in self.models)


class Exposure(StrEnum):
    """What the number of events is divided by."""

    TIME_AT_RISK = "time_at_risk"
    """Days from randomization to the end of follow-up."""
    MINUTES_HEARD = "minutes_heard"


class RateModel(StrEnum):
    """Which distribution the number of events is given."""

    NEGATIVE_BINOMIAL = "negative_binomial"
    POISSON_ROBUST = "poisson_robust"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedEventRate:
    """How adverse events are counted against an exposure."""

    exposure: Exposure
    model: RateModel

    @property
    def label(self) -> str:
        """The promise in a few words."""
        return f"{self.model.replace('_', ' ')}; events per {self.exposure.replace('_', ' ')}"


LEFT_TRIAL = "left_trial"
"""The event of leaving the trial: withdrawal from it, or loss to follow-up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedTimeToEvent:
    """The event that time is counted to, from randomization."""

    event: str
    """``left_trial``, or the code of an intercurrent event."""

    @property
    def label(self) -> str:
        """The promise in a few words."""
        return f"time to {self.event}"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedRestrictedMean:
    """The event, and until which day the time without it is counted."""

    event: str
    """``left_trial``, or the code of an intercurrent event."""
    horizon_days: float
    """Days from randomization, that day being 1; everybody should have been followed until then."""

    @property
    def label(self) -> str:
        """The promise in a few words."""
        return f"mean time without {self.event} up to day {self.horizon_days:g}"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedRedraw:
    """How often the allocation is drawn again by the design of the trial."""

    draws: int
    """At least 999; 9,999 are usual."""
    seed: int
    """Start of the random numbers."""

    @property
    def label(self) -> str:
        """The promise in a few words."""
        return f"{self.draws} draws of the design, seed {self.seed}"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedMargin:
    """The largest difference that still counts as none (equivalence), or the largest acceptable loss (non-inferiority)."""

    margin: float
    """> 0, in the unit of the outcome."""
    reason: str
    """Why this margin; never from the data of the trial."""

    @property
    def label(self) -> str:
        """The promise in a few words."""
        return f"margin {self.margin:g}"


class ClusterErrors(StrEnum):
    """Which cluster-robust standard errors are used."""

    CR1 = "CR1"
    """For about 40 clusters and more."""
    CR2 = "CR2"
    """With few clusters."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedClusters:
    """Standard errors for participants who share a site."""

    standard_errors: ClusterErrors

    @property
    def label(self) -> str:
        """The promise in a few words."""
        return f"{self.standard_errors} standard errors over sites"


EstimatorPromise = (
    PlannedResponder
    | PlannedReliableChange
    | PlannedComplierEffect
    | PlannedDoseResponse
    | PlannedMediation
    | PlannedSubgroups
    | PlannedSessionCourse
    | PlannedEventRate
    | PlannedTimeToEvent
    | PlannedRestrictedMean
    | PlannedRedraw
    | PlannedMargin
    | PlannedClusters
    | PlannedOrder
    | PlannedWinRatio
    | PlannedShift
)
"""Any of these sections."""
