"""How many observations stand behind each marginal mean."""

from collections import Counter

from analysis.estimators.mixed_model.formulas.table import ModelTable
from analysis.estimators.mixed_model.formulas.variables import Category


def observed_counts(table: ModelTable, factors: tuple[str, ...]) -> Counter[tuple[str, ...]]:
    """Count the rows that entered the fit by the levels of some factors; a combination without rows counts 0.

    Parameters
    ----------
    table : ModelTable
    factors : tuple of str
        Categories of the formula.
    """
    names = [
        [variable.levels[code] for code in variable.codes[table.analysed]]
        for variable in (table.coding.variables[factor] for factor in factors)
        if isinstance(variable, Category)
    ]
    return Counter(zip(*names, strict=True))
