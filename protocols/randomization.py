"""How participants will be allocated: ratio, blocks, strata. The plan, not the draw."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class StratumLevel:
    """One level of a stratification factor."""

    code: str
    """Short name, part of the stratum key, e.g. ``moderate``."""
    label: str
    """Name that people read."""
    minimum: float | None = None
    """For a factor computed from a score: the smallest score of this level (inclusive)."""
    maximum: float | None = None
    """For a factor computed from a score: the largest score of this level (inclusive)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StratificationFactor:
    """A factor within whose levels the arms are balanced."""

    code: str
    """``site`` is read from the participant; any other from the baseline score named below."""
    label: str
    """Name that people read."""
    levels: tuple[StratumLevel, ...]
    """For ``site`` the site codes of the trial.

    For a score: in ascending order, whole points without gap. A prorated score is rounded half up;
    one that has fallen below every level since screening belongs to the lowest.
    """
    questionnaire: str | None = None
    """Questionnaire whose score decides the level; None for ``site``."""
    score: str | None = None
    """Name of that score."""
    visit: str | None = None
    """Visit at which it is measured, before randomization."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RandomizationPlan:
    """Stratified permuted blocks of random size (SPIRIT 2025 item 20).

    Block sizes are confidential until the trial closes (SPIRIT 2025 item 21b).
    """

    ratio: tuple[int, ...]
    """Allocation ratio in the order of the protocol's arms, e.g. (1, 1)."""
    block_sizes: tuple[int, ...]
    """Every size is a multiple of the sum of the ratio."""
    factors: tuple[StratificationFactor, ...]
    slots_per_stratum: int
    """Length of each sealed list; longer than can ever be needed."""
    concealment: str
    """How the next allocation is kept unknown (SPIRIT 21)."""
    implementation: str
    """Who makes the list, who enrols, who assigns (SPIRIT 22)."""
