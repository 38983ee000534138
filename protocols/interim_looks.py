"""When the primary analysis is looked at before its end, and how much of the level may be spent by then, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Spending(StrEnum):
    """How much of the level may be spent by a share of the information (Lan & DeMets 1983)."""

    O_BRIEN_FLEMING = "o_brien_fleming"
    """Very little early."""
    POCOCK = "pocock"
    """Nearly even."""
    KIM_DEMETS = "kim_demets"
    """The level times the share to a power: the parameter."""
    HWANG_SHIH_DECANI = "hwang_shih_decani"
    """Exponential: parameter -4 resembles O'Brien and Fleming, 1 resembles Pocock."""

    @property
    def label(self) -> str:
        """The function in words."""
        return _WORDS[self]

    @property
    def has_parameter(self) -> bool:
        """Whether the function needs a number."""
        return self in {Spending.KIM_DEMETS, Spending.HWANG_SHIH_DECANI}


_WORDS: Mapping[Spending, str] = {
    Spending.O_BRIEN_FLEMING: "Lan-DeMets spending like O'Brien and Fleming",
    Spending.POCOCK: "Lan-DeMets spending like Pocock",
    Spending.KIM_DEMETS: "Kim-DeMets spending",
    Spending.HWANG_SHIH_DECANI: "Hwang-Shih-DeCani spending",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedLooks:
    """Looks at the primary analysis for efficacy; two-sided, at the level of the plan."""

    information_fractions: tuple[float, ...]
    """Share of the planned participants with the primary outcome at each look; rising, the last is 1."""
    spending: Spending
    parameter: float | None = None
    """Of the spending function, where it has one."""

    @property
    def label(self) -> str:
        """The promise in a few words."""
        *early, _ = (f"{fraction:.6g}" for fraction in self.information_fractions)
        parameter = "" if self.parameter is None else f" with parameter {self.parameter:g}"
        return f"looks at {', '.join(early)} and all of the information, {self.spending.label}{parameter}"
