"""What `antiphon fit sample-size` says: participants, or the power of so many."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from screens.terminal.fit.answer import Answer, TextTable, finite, shown
from screens.terminal.fit.record import Calls, record
from screens.terminal.fit.sample_size_designs import Estimator

if TYPE_CHECKING:
    from analysis.sample_size.requirement import Requirement, Target
    from analysis.sample_size.sequential import SequentialRequirement

ROUNDED = "Rounded up once, at the end, in each arm."


@dataclass(frozen=True, kw_only=True, slots=True)
class Sized:
    """What was asked, and what it needs."""

    estimator: Estimator
    target: "Target"
    needed: "Requirement"
    """Before allowances."""
    allowed: "Requirement"
    """After them: participants to randomize."""
    power_reached: float | None
    """Of whole participants before allowances; None with looks."""
    sequential: "SequentialRequirement | None"
    python: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Powered:
    """What so many participants give."""

    estimator: Estimator
    target: "Target"
    sizes: tuple[float, float]
    power: float
    method: str
    python: str


def size_answer(found: Sized) -> Answer:
    """Return the participants that a trial needs."""
    needed, allowed = found.needed, found.allowed
    whole = allowed.participants
    plain = {
        **_header(found.estimator, found.target),
        "method": allowed.method,
        "n_first": allowed.first,
        "n_second": allowed.second,
        "n_total": allowed.total,
        "participants": list(whole),
        "n_first_before_allowances": needed.first,
        "n_second_before_allowances": needed.second,
        "power_reached": found.power_reached,
        "sequential": None if found.sequential is None else _sequential(found.sequential),
        **record(None, Calls(python=found.python), (ROUNDED,)),
    }
    table = TextTable(
        title=f"{found.estimator.value}: {allowed.method}",
        header=("arm", "participants", "not rounded", "before allowances"),
        rows=(
            ("first", str(whole[0]), shown(allowed.first), shown(needed.first)),
            ("second", str(whole[1]), shown(allowed.second), shown(needed.second)),
        ),
    )
    return Answer(plain=plain, tables=(table,), remarks=(*_said(found), ROUNDED))


def power_answer(found: Powered) -> Answer:
    """Return the power of so many participants."""
    first, second = found.sizes
    plain = {
        **_header(found.estimator, found.target),
        "method": found.method,
        "n_first": first,
        "n_second": second,
        "n_total": first + second,
        "participants": [int(first), int(second)],
        "n_first_before_allowances": first,
        "n_second_before_allowances": second,
        "power_reached": found.power,
        "sequential": None,
        **record(None, Calls(python=found.python)),
    }
    table = TextTable(
        title=f"{found.estimator.value}: power",
        header=("first", "second", "power"),
        rows=((shown(first), shown(second), f"{found.power:.4f}"),),
    )
    return Answer(plain=plain, tables=(table,), remarks=(_in_words(found.target),))


def _said(found: Sized) -> tuple[str, ...]:
    said = [_in_words(found.target)]
    first, second = found.needed.participants
    if found.power_reached is not None:
        said.append(f"Power of {first} + {second} before allowances: {found.power_reached:.4f}.")
    if found.sequential is not None:
        looks = ", ".join(str(sum(look.participants)) for look in found.sequential.at_looks)
        said.append(
            f"Participants with data at the looks: {looks}; on average "
            f"{found.sequential.expected_total:.1f} with the effect, "
            f"{found.sequential.expected_total_without_effect:.1f} without."
        )
    return tuple(said)


def _header(estimator: Estimator, target: "Target") -> dict[str, Any]:
    return {
        "estimator": estimator.value,
        "alpha": target.significance_level,
        "sides": target.sides.value,
        "power": target.statistical_power,
        "allocation_ratio": target.allocation_ratio,
    }


def _in_words(target: "Target") -> str:
    return (
        f"{target.sides.value} level {target.significance_level:g}, power "
        f"{target.statistical_power:g}, allocation {target.allocation_ratio:g} to 1."
    )


def _sequential(found: "SequentialRequirement") -> dict[str, Any]:
    return {
        "at_looks": [
            {"n_first": look.first, "n_second": look.second, "n_total": look.total}
            for look in found.at_looks
        ],
        "expected_total_h1": found.expected_total,
        "expected_total_h0": found.expected_total_without_effect,
        "critical_effects": [finite(effect) for effect in found.critical_effects],
    }
