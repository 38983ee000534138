"""What every world can do."""

from typing import Protocol, Self

import numpy as np
import pandas as pd

from analysis.simulated_power.enrolment import Enrolment


class World(Protocol):
    """A truth about an outcome; a dataclass whose assumptions have names."""

    @property
    def people(self) -> Enrolment:
        """Who takes part."""
        ...

    @property
    def truth(self) -> float:
        """True effect, first arm minus second; of a ratio its logarithm. Of everybody, had they stayed."""
        ...

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw the table of one trial."""
        ...

    def without_effect(self) -> Self:
        """Return the same world in which there is no such effect."""
        ...
