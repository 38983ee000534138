"""Events and participants of two arms: typed, or counted in a file."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from screens.terminal.fit.options import listed
from screens.terminal.fit.python_lines import Called
from screens.terminal.fit.source import Source, sentences_for, two_arms
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.estimators.proportions import Share
    from analysis.estimators.score_difference import Stratum
    from data.exchange.tables import Table


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """Events and participants of both arms, in each stratum."""

    strata: "tuple[Stratum, ...]"
    python_values: tuple[object, ...]
    """What the two lines of Python hand to the estimator first."""
    table: "Table | None"
    is_stratified: bool


def of_counts(counts: list[str], arms: tuple[str, ...]) -> Counted:
    """Read tables that were typed, one a stratum."""
    from analysis.estimators.score_difference import Stratum

    names = arms or ("first", "second")
    if len(names) != 2:
        message = f"--arms names {len(names)} arms; two are compared."
        raise UnusableInputError(message)
    tables = [_shares_of_counts(text, (names[0], names[1])) for text in counts]
    strata = tuple(Stratum(first=first, second=second) for first, second in tables)
    is_stratified = len(strata) > 1
    return Counted(
        strata=strata,
        python_values=(strata,) if is_stratified else (strata[0].first, strata[0].second),
        table=None,
        is_stratified=is_stratified,
    )


def _shares_of_counts(text: str, names: tuple[str, str]) -> "tuple[Share, Share]":
    from analysis.estimators.proportions import Share

    shares = []
    for name, part in zip(names, listed(text), strict=False):
        events, slash, n = part.partition("/")
        if not slash or not events.isdigit() or not n.isdigit() or int(events) > int(n):
            message = f"--counts: {part!r} is not 'events/participants', e.g. 56/70."
            raise UnusableInputError(message)
        shares.append(Share(arm=name, label=name, events=int(events), n=int(n)))
    if len(shares) != 2 or len(listed(text)) != 2:
        message = (
            f"--counts: write both arms, 'events/participants,events/participants', not {text!r}."
        )
        raise UnusableInputError(message)
    return shares[0], shares[1]


def of_file(
    source: Source | None,
    response: str | None,
    arm: str | None,
    arms: tuple[str, ...],
    strata: tuple[str, ...],
) -> Counted:
    """Count the responses of a file, within strata where there are columns of them."""
    from analysis.estimators.frame import Comparison
    from analysis.estimators.score_difference import Stratum
    from analysis.estimators.stratified_proportions import StratifiedColumns, strata_of_frame
    from analysis.estimators.two_proportions import ResponseColumns, shares_of_frame

    if source is None or response is None or arm is None:
        message = "Name a file with its columns (--data, --response, --arm), or give --counts."
        raise UnusableInputError(message)
    table = source.read(numeric=(response,), other=(arm, *strata))
    first, second = two_arms(table, arm, arms)
    comparison = Comparison(column=arm, first=first, second=second)
    with sentences_for(table.name):
        if strata:
            within = StratifiedColumns(response=response, comparison=comparison, strata=strata)
            found = strata_of_frame(table.frame(), within)
            values: tuple[object, ...] = (
                Called(function=strata_of_frame, values=(source.python(), within)),
            )
        else:
            columns = ResponseColumns(response=response, comparison=comparison)
            one, other = shares_of_frame(table.frame(), columns)
            found = (Stratum(first=one, second=other),)
            values = (source.python(), columns)
    return Counted(strata=found, python_values=values, table=table, is_stratified=bool(strata))
