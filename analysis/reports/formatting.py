"""How numbers are printed: one rounding for every table, figure and sentence.

Conventions: ROUND_HALF_UP on the shortest decimal form of the number (R and Python round halves to even, SAS rounds them up; we follow
SAS); a typographic minus; never ``-0.0``; p with four decimals, ``<0.0001`` below; percent without decimals, none
for a count of 0, and 100% only for all; a standard deviation has the decimals of its mean.
"""

from decimal import ROUND_HALF_UP, Decimal
from html import escape

from analysis.results import Interval

MINUS = "−"
NOT_AVAILABLE = "–"
SMALLEST_P = 0.0001
_DECIMALS = {"points": 2, "ln ms": 3, "minutes": 1, "percent": 1, "years": 1, "participants": 3}
_OTHER_DECIMALS = 3


def fmt(value: float | None, decimals: int) -> str:
    """Print a number with a fixed number of decimals.

    Examples
    --------
    >>> fmt(42.65, 1), fmt(-0.04, 1), fmt(-2.5, 0), fmt(None, 2)
    ('42.7', '0.0', '−3', '–')
    """
    if value is None:
        return NOT_AVAILABLE
    step = Decimal(1).scaleb(-decimals)
    rounded = Decimal(repr(float(value))).quantize(step, rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):f}"
    return f"{MINUS}{text}" if rounded < 0 else text


def fmt_p(p: float | None) -> str:
    """Print a p value.

    Examples
    --------
    >>> fmt_p(0.04999), fmt_p(0.00003)
    ('0.0500', '<0.0001')
    """
    if p is None:
        return NOT_AVAILABLE
    return "<0.0001" if p < SMALLEST_P else fmt(p, 4)


def fmt_interval(interval: Interval | None, decimals: int) -> str:
    """Print the limits of an interval.

    Examples
    --------
    >>> fmt_interval(Interval(lower=-2.25, upper=-0.224, level=0.95), 2)
    '−2.25 to −0.22'
    """
    if interval is None:
        return NOT_AVAILABLE
    return f"{fmt(interval.lower, decimals)} to {fmt(interval.upper, decimals)}"


def fmt_count(count: int, total: int) -> str:
    """Print a count with its share.

    Examples
    --------
    >>> fmt_count(0, 30), fmt_count(12, 30), fmt_count(1, 300), fmt_count(199, 200)
    ('0', '12 (40%)', '1 (<1%)', '199 (>99%)')
    """
    if count == 0 or total == 0:
        return str(count)
    return f"{count} ({_fmt_percent(100 * count / total)})"


def _fmt_percent(percent: float) -> str:
    if percent < 1:
        return "<1%"
    rounded = fmt(percent, 0)
    return ">99%" if percent < 100 and rounded == "100" else f"{rounded}%"


def fmt_mean_sd(mean: float | None, deviation: float | None, decimals: int) -> str:
    """Print a mean with its standard deviation: both with the same decimals.

    Examples
    --------
    >>> fmt_mean_sd(12.25, 4.061, 1)
    '12.3 (4.1)'
    """
    return f"{fmt(mean, decimals)} ({fmt(deviation, decimals)})"


def fmt_level(level: float) -> str:
    """Print a confidence level.

    Examples
    --------
    >>> fmt_level(0.95)
    '95%'
    """
    return f"{Decimal(repr(level)) * 100:f}".rstrip("0").rstrip(".") + "%"


def decimals_of(unit: str) -> int:
    """Return how many decimals an estimate in this unit is printed with."""
    return _DECIMALS.get(unit, _OTHER_DECIMALS)


def words(code: str) -> str:
    """Turn a code into words.

    Examples
    --------
    >>> words("full_analysis")
    'full analysis'
    """
    return code.replace("_", " ")


def esc(text: object) -> str:
    """Escape text for HTML and SVG."""
    return escape(str(text), quote=True)
