"""One call that Antiphon prints, what R answers to it, and where the same numbers stand in our answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Case:
    """A command of `antiphon fit` whose R call is carried out.

    Attributes
    ----------
    name
        Of the case, and of its answer in `answers.json`.
    words
        What is typed after `antiphon fit`; a file is named as in `data`.
    numbers
        Path in our JSON (``contrasts.0.se``) to the R expression of the same number. In it `value` is what the call returned,
        and whatever the call assigned is there too.
    instead
        R that gives the same by other means, because the package of the call is not in Debian. The call itself is parsed only.
    before
        Only the lines before the first one with this text are carried out, because its package is not in Debian; all are parsed.
    relative
        How close the numbers must be: as close as R's own convergence allows.
    relative_df
        The same of degrees of freedom, where R has them of another information matrix.
    """

    name: str
    words: tuple[str, ...]
    numbers: Mapping[str, str] = field(default_factory=dict)
    instead: str = ""
    before: str = ""
    relative: float = 1e-10
    relative_df: float | None = None

    def allowed(self, path: str) -> float:
        """Return how close a number must be."""
        of_df = self.relative_df is not None and path.endswith(".df")
        return self.relative_df if of_df and self.relative_df is not None else self.relative


def effect(path: str, *expressions: str) -> Mapping[str, str]:
    """Return the expressions of an estimate, its standard error, degrees of freedom, limits and p; empty: not compared."""
    keys = ("estimate", "se", "df", "lower", "upper", "p")
    return {f"{path}.{key}": text for key, text in zip(keys, expressions, strict=False) if text}
