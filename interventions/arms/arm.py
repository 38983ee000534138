"""What an arm is to the loop: its definition as a value, and what fills control and composition.

Contents: `ArmDefinition` (recorded and hashed), `Filling` (the code behind it).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from data.records.music import MusicalParameters, Score
from data.records.sessions import Decision
from interventions.composition.composer import Composer
from protocols.canonical import hash_of
from protocols.music import MusicPlan


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmDefinition:
    """How an arm fills the six stages: names and versions, locked at the start of a trial."""

    code: str
    sensing: str
    inference: str
    control: str
    shadow: str
    """Policy that decides without being heard; empty when the deciding policy is heard."""
    composition: str
    delivery: str
    feedback: str

    @property
    def sha256(self) -> str:
        """Hash of the definition, recorded with each session and each pass."""
        return _sha256(self)


@lru_cache(maxsize=64)
def _sha256(definition: ArmDefinition) -> str:
    return hash_of(definition)


MakeComposer: TypeAlias = Callable[[float, int], Composer]
"""Duration of the session in seconds and its seed to a composer."""
Instruct: TypeAlias = Callable[[MusicalParameters, MusicPlan, int], MusicalParameters]
"""What the adaptive policy decided, the bounds and the seed to what the composer is told."""
Settle: TypeAlias = Callable[[Decision, Score], Decision]
"""What the adaptive policy decided and the score that was made to what is applied."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Filling:
    """The code that stands behind a definition."""

    definition: ArmDefinition
    make_composer: MakeComposer
    instruct: Instruct
    settle: Settle
