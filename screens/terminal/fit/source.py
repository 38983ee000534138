"""Where the numbers come from: the file, the arms in it, and errors that name the file."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from screens.terminal.fit.options import equal_parts, listed
from screens.terminal.fit.python_lines import Written
from screens.terminal.outcome import UntrustedFitError, UnusableInputError

if TYPE_CHECKING:
    from analysis.estimators.frame import Comparison
    from data.exchange.tables import Table

MOST_NAMES_SHOWN = 8


@contextmanager
def sentences_for(name: str) -> Iterator[None]:
    """Say of which file an error of an estimator speaks, and with which exit code it ends.

    Yields
    ------
    None
        While the estimator works.
    """
    from analysis.estimators.frame import ColumnError
    from analysis.estimators.mixed_model.formulas.terms import FormulaError
    from analysis.interim_analysis.errors import InterimError
    from analysis.results import NotEstimableError

    try:
        yield
    except (ColumnError, FormulaError, InterimError) as error:
        sentence = str(error).partition("\n")[0].rstrip()
        raise UnusableInputError(f"{name}: {sentence}") from error
    except NotEstimableError as error:
        raise UntrustedFitError(f"{name}: {error}") from error


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A file, and which of its rows are taken."""

    path: Path
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Columns and their values; a row must have one of each."""

    def read(
        self,
        numeric: Sequence[str] = (),
        other: Sequence[str] = (),
        covariates: Sequence[str] = (),
        varying: Sequence[str] = (),
    ) -> "Table":
        """Read the file and check the columns that take part.

        Parameters
        ----------
        numeric
            Columns of numbers.
        other
            Columns that must exist.
        covariates
            Columns of numbers or of categories: words among measurements are refused.
        varying
            Which of them must hold more than one value.
        """
        from data.exchange.tables import read_table

        table = read_table(self.path)
        for column, values in self.where:
            table = table.where(column, values)
        for name in other:
            table.column(name)
        for name in numeric:
            table.require_numbers(name)
        for name in covariates:
            table.require_no_stray_text(name)
        for name in varying:
            _require_variation(table, name)
        return table

    def with_rows(self, column: str, values: tuple[str, ...]) -> "Source":
        """Return the same file with fewer rows."""
        return replace(self, where=(*self.where, (column, values)))

    def python(self, text: tuple[str, ...] = ()) -> Written:
        """Return the Python that reads the file into a data frame."""
        chosen = "".join(f".where({column!r}, {values!r})" for column, values in self.where)
        names = f"text={text!r}" if text else ""
        return Written(
            text=f"read_table({self.path.as_posix()!r}){chosen}.frame({names})",
            module="data.exchange.tables",
            name="read_table",
        )


def _require_variation(table: "Table", name: str) -> None:
    present = names_in(table, name)
    if len(present) == 1:
        message = (
            f"{table.name}, column {name}: every row has the same value ({present[0]}), so there is "
            "nothing to compare."
        )
        raise UntrustedFitError(message)


def source_of(path: Path, where: Sequence[str] | None) -> Source:
    """Return a file with the rows that --where chooses."""
    return Source(path=path, where=tuple(equal_parts(text, "--where") for text in where or ()))


def names_in(table: "Table", column: str) -> tuple[str, ...]:
    """Return the different values of a column as names: numbers in order, text in that of the alphabet."""
    from data.exchange.tables import plain_label

    present = {value for value in table.column(column).fields if value is not None}
    return tuple(plain_label(value) for value in sorted(present))


def two_arms(table: "Table", column: str, named: Sequence[str]) -> tuple[str, str]:
    """Return the arms compared, first minus second: those named, or the two in the file."""
    present = names_in(table, column)
    shown = ", ".join(present[:MOST_NAMES_SHOWN])
    for arm in named:
        require_arm(table, column, arm)
    if len(present) < 2:
        raise UnusableInputError(_too_few_arms(table, column, present))
    if not named and len(present) == 2:
        return present[1], present[0]
    if len(set(named)) != 2:
        message = (
            f"{table.name}, column {column} holds {shown}: name two different arms, "
            "--arms 'first,second'."
        )
        raise UnusableInputError(message)
    return named[0], named[1]


def comparison_of(table: "Table", column: str, named: str | None) -> "Comparison":
    """Return the arms compared in a column, first minus second: those of --arms, or the two in the file."""
    from analysis.estimators.frame import Comparison

    first, second = two_arms(table, column, listed(named))
    return Comparison(column=column, first=first, second=second)


def require_arm(table: "Table", column: str, arm: str) -> None:
    """Check that an arm occurs in its column, and is not the only one."""
    present = names_in(table, column)
    shown = ", ".join(present[:MOST_NAMES_SHOWN])
    if arm not in present:
        message = (
            f"{table.name}, column {column}: there is no {arm!r}; there is {shown or 'nothing'}."
        )
        raise UnusableInputError(message)
    if len(present) < 2:
        raise UnusableInputError(_too_few_arms(table, column, present))


def _too_few_arms(table: "Table", column: str, present: Sequence[str]) -> str:
    held = f"holds only {present[0]!r}" if present else "is empty"
    return f"{table.name}, column {column} {held}; two arms are needed."
