"""The terms of a formula, read by formulaic: `FEV1 ~ RACE + SEX + ARMCD * AVISIT`.

Operators as in R: `+ - : * / ^ %in%`, `0` or `-1` for no intercept. A factor is a column, `factor(COLUMN)` (or `C(COLUMN)`),
or arithmetic and the functions of `FUNCTIONS` on numeric columns. Anything else is refused: a formula runs no other code.
"""

import ast
import difflib
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

FUNCTIONS = frozenset(
    {
        "log",
        "log2",
        "log10",
        "log1p",
        "exp",
        "sqrt",
        "abs",
        "poly",
        "bs",
        "cr",
        "center",
        "scale",
        "I",
    }
)
TO_CATEGORY = frozenset({"factor", "C"})


class FormulaError(ValueError):
    """A formula or a column name is wrong; the text says where and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Factor:
    """One factor of a term.

    Attributes
    ----------
    text : str
        As written; names of coefficients begin with it.
    columns : tuple of str
        Columns of the table that it is made of.
    is_category : bool
        Whether the formula itself makes categories of a column.
    is_plain : bool
        Whether it is one column and nothing else.
    """

    text: str
    columns: tuple[str, ...]
    is_category: bool
    is_plain: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """A formula, taken apart.

    Attributes
    ----------
    outcome : Factor
    terms : tuple of tuple of str
        Texts of the factors of each term, without the intercept: main effects first, and within a term in the order in
        which the formula first names them, as in R.
    factors : tuple of Factor
        Every factor once, in the order of the formula.
    """

    outcome: Factor
    has_intercept: bool
    terms: tuple[tuple[str, ...], ...]
    factors: tuple[Factor, ...]


@lru_cache(maxsize=64)
def read_formula(formula: str) -> Terms:
    """Take a formula apart.

    Raises
    ------
    FormulaError
        When it is not a formula, has no outcome, or asks for code that is not allowed.
    """
    from formulaic import Formula
    from formulaic.errors import FormulaicError

    try:
        parsed = Formula(formula, _ordering="none")
    except (FormulaicError, SyntaxError) as error:
        message = f"the formula {formula!r} cannot be read: {error}"
        raise FormulaError(message) from error
    outcome = getattr(parsed, "lhs", None)
    if outcome is None or len(outcome) != 1 or len(outcome[0].factors) != 1:
        message = f"the formula {formula!r} needs one outcome before the ~"
        raise FormulaError(message)
    terms, factors = [], {}
    has_intercept = False
    for term in parsed.rhs:
        texts = [factor.expr for factor in term.factors]
        if texts == ["1"]:
            has_intercept = True
            continue
        factors.update({text: _factor(text) for text in texts if text not in factors})
        terms.append(texts)
    order = list(factors)
    return Terms(
        outcome=_factor(outcome[0].factors[0].expr),
        has_intercept=has_intercept,
        terms=tuple(tuple(sorted(term, key=order.index)) for term in sorted(terms, key=len)),
        factors=tuple(factors.values()),
    )


def find_column(name: str, columns: Collection[str]) -> str:
    """Return the name if the table has such a column.

    Raises
    ------
    FormulaError
        When it has not: the text names the column that looks most like it.
    """
    if name in columns:
        return name
    close = difflib.get_close_matches(name, list(columns), n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(columns)}"
    message = f"the data have no column {name}: {hint}"
    raise FormulaError(message)


def _factor(text: str) -> Factor:
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError:
        return Factor(text=text, columns=(text,), is_category=False, is_plain=True)
    if isinstance(tree, ast.Name):
        return Factor(text=text, columns=(text,), is_category=False, is_plain=True)
    category = _category_of(tree)
    if category:
        return Factor(text=text, columns=(category,), is_category=True, is_plain=False)
    _check_code(text, tree)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = [
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called
    ]
    return Factor(text=text, columns=tuple(dict.fromkeys(names)), is_category=False, is_plain=False)


def _category_of(tree: ast.expr) -> str:
    if (
        isinstance(tree, ast.Call)
        and isinstance(tree.func, ast.Name)
        and tree.func.id in TO_CATEGORY
        and len(tree.args) == 1
        and isinstance(tree.args[0], ast.Name)
    ):
        return tree.args[0].id
    return ""


_ALLOWED = (
    ast.Name, ast.Load, ast.Constant, ast.Call, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop,
    ast.keyword,
)  # fmt: skip


def _check_code(text: str, tree: ast.expr) -> None:
    for node in ast.walk(tree):
        calls_other = isinstance(node, ast.Call) and not (
            isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS
        )
        if calls_other or not isinstance(node, _ALLOWED):
            message = f"{text} in the formula is not allowed: use columns, arithmetic, factor() and {', '.join(sorted(FUNCTIONS))}"
            raise FormulaError(message)
