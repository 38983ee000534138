"""The design of a trial with looks, in R's rpact."""

from typing import TYPE_CHECKING

from screens.terminal.fit.futility import NO_FUTILITY, Futility
from screens.terminal.fit.looks import Bounds, Classical, Spending
from screens.terminal.fit.record import NO_EQUIVALENT

if TYPE_CHECKING:
    from analysis.interim_analysis.design import GroupSequentialDesign

R_CLASSICAL = {
    Classical.OBRIEN_FLEMING: "OF",
    Classical.POCOCK: "P",
    Classical.WANG_TSIATIS: "WT",
}
R_SPENDING = {
    Spending.OBRIEN_FLEMING: "asOF",
    Spending.POCOCK: "asP",
    Spending.KIM_DEMETS: "asKD",
    Spending.HWANG_SHIH_DECANI: "asHSD",
}


def design_in_r(
    bounds: Bounds, design: "GroupSequentialDesign", futility: Futility = NO_FUTILITY
) -> str:
    """Return the same design in rpact, and the lines that print its bounds and its expected sizes.

    Empty for futility by conditional power, which rpact has no design of.
    """
    from analysis.interim_analysis.design import Sides

    if futility.futility_conditional_power is not None:
        return NO_EQUIVALENT
    kind = (
        R_CLASSICAL[bounds.design]
        if bounds.design
        else R_SPENDING[bounds.spending or Spending.OBRIEN_FLEMING]
    )
    more = ""
    if bounds.parameter is not None:
        more = f", {'deltaWT' if bounds.design else 'gammaA'} = {bounds.parameter:g}"
    more += _futility_in_r(futility, "TRUE" if design.is_futility_binding else "FALSE")
    rates = ", ".join(f"{fraction:.17g}" for fraction in design.information_fractions)
    return (
        f'design <- rpact::getDesignGroupSequential(typeOfDesign = "{kind}", informationRates = c({rates}), '
        f"alpha = {design.significance_level:g}, beta = {1 - design.statistical_power:.10g}, "
        f"sided = {2 if design.sides is Sides.TWO_SIDED else 1}{more})\n"
        "design\n"
        "rpact::getDesignCharacteristics(design)"
    )


def _futility_in_r(futility: Futility, binding: str) -> str:
    if futility.futility_bounds is not None:
        return f", futilityBounds = c({futility.futility_bounds}), bindingFutility = {binding}"
    if futility.futility is None:
        return ""
    shape = (
        "" if futility.futility_parameter is None else f", gammaB = {futility.futility_parameter:g}"
    )
    kind = R_SPENDING[futility.futility].replace("as", "bs", 1)
    return f', typeBetaSpending = "{kind}"{shape}, bindingFutility = {binding}'
