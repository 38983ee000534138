"""`antiphon fit assurance`: the probability of success when the effect itself is uncertain."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from screens.terminal.fit.answer import Answer, TextTable, give, shown
from screens.terminal.fit.option_groups import with_groups
from screens.terminal.fit.options import AsJson, listed, listed_numbers, number_of
from screens.terminal.fit.python_lines import Called, python_lines
from screens.terminal.fit.record import NO_EQUIVALENT, Calls, record
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.sample_size.assurance import ElicitedPrior, NormalPrior

SIGNED = "Effects are signed: larger is better."


@dataclass(frozen=True, kw_only=True, slots=True)
class Belief:
    """What is believed about the effect before the trial."""

    prior_mean: Annotated[
        float | None, typer.Option(help="Mean of a normal belief about the effect.")
    ] = None
    prior_sd: Annotated[float | None, typer.Option(help="Its standard deviation.")] = None
    prior: Annotated[
        str | None,
        typer.Option(help="Or effects with their weights, as experts named them: '0:0.2,3:0.8'."),
    ] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """How sure the trial would be of a given effect."""

    standard_error: Annotated[float | None, typer.Option(help="Of the estimate at the end.")] = None
    sd: Annotated[float | None, typer.Option(help="Or standard deviation of the outcome.")] = None
    n: Annotated[str | None, typer.Option(help="Participants of both arms: '60,60'.")] = None
    correlation: Annotated[float, typer.Option(help="Of outcome and baseline (ancova).")] = 0.0
    power_at: Annotated[
        str | None,
        typer.Option(help="Or power at effects, e.g. simulated: '0:0.025,3:0.6,6:0.95'."),
    ] = None
    alpha: Annotated[float, typer.Option(help="One-sided level.", min=0.0, max=0.5)] = 0.025


@with_groups
def fit_assurance(belief: Belief, planned: Planned, *, as_json: AsJson = False) -> None:
    """Assurance: power averaged over what is believed about the effect."""
    from analysis.sample_size.assurance import assurance

    prior = _prior(belief)
    power = _power(planned)
    power_at = power.function(*power.values)
    found = assurance(power_at, prior)
    effects, weights = prior.support()
    mean = sum(effect * weight for effect, weight in zip(effects, weights, strict=True))
    calls = Calls(
        python=python_lines(assurance, power, prior), r=_in_r(belief, planned) or NO_EQUIVALENT
    )
    plain: dict[str, Any] = {
        "assurance": found,
        "power_at_mean": power_at(mean),
        "prior_mean": mean,
        "prior_sd": belief.prior_sd,
        "prior": _pairs_plain(_pairs(belief.prior, "--prior")),
        "standard_error": _standard_error(planned),
        "power_at": _pairs_plain(_pairs(planned.power_at, "--power-at")),
        "alpha": planned.alpha,
        **record(None, calls, (SIGNED,)),
    }
    table = TextTable(
        title="Probability of success",
        header=("", "probability"),
        rows=(
            ("assurance, over the prior", shown(found)),
            (f"power at its mean, {shown(mean)}", shown(plain["power_at_mean"])),
        ),
    )
    give(Answer(plain=plain, tables=(table,), remarks=(SIGNED,)), as_json=as_json)


def _prior(belief: Belief) -> "NormalPrior | ElicitedPrior":
    from analysis.sample_size.assurance import ElicitedPrior, NormalPrior

    mean, deviation = belief.prior_mean, belief.prior_sd
    if belief.prior is not None:
        if mean is not None or deviation is not None:
            message = "Name --prior, or --prior-mean and --prior-sd, not both."
            raise UnusableInputError(message)
        pairs = _pairs(belief.prior, "--prior")
        return ElicitedPrior(
            effects=tuple(effect for effect, _ in pairs),
            weights=tuple(weight for _, weight in pairs),
        )
    if mean is None or deviation is None:
        message = "Say what is believed about the effect: --prior-mean and --prior-sd, or --prior."
        raise UnusableInputError(message)
    return NormalPrior(mean=mean, standard_deviation=deviation)


def _power(planned: Planned) -> Called:
    """Return the call that gives power by the effect."""
    from analysis.sample_size.assurance import normal_power, simulated_power

    error = _standard_error(planned)
    pairs = _pairs(planned.power_at, "--power-at")
    if (error is None) == (not pairs):
        message = "Name one of --standard-error, --sd with --n, and --power-at."
        raise UnusableInputError(message)
    if error is not None:
        return Called(function=normal_power, values=(error, planned.alpha))
    if any(not 0 <= power <= 1 for _, power in pairs):
        message = "--power-at: a power lies between 0 and 1."
        raise UnusableInputError(message)
    effects, powers = tuple(effect for effect, _ in pairs), tuple(power for _, power in pairs)
    return Called(function=simulated_power, values=(effects, powers))


def _standard_error(planned: Planned) -> float | None:
    if planned.standard_error is not None:
        if planned.sd is not None or planned.n is not None:
            message = "Name --standard-error, or --sd and --n, not both."
            raise UnusableInputError(message)
        return planned.standard_error
    sizes = listed_numbers(planned.n, "--n")
    if planned.sd is None and not sizes:
        return None
    if planned.sd is None or len(sizes) != 2 or min(sizes) <= 0:
        message = "--sd and --n belong together: '--sd 8 --n 60,60'."
        raise UnusableInputError(message)
    if not -1 < planned.correlation < 1:
        message = f"--correlation: {planned.correlation:g} does not lie between -1 and 1."
        raise UnusableInputError(message)
    unexplained = sqrt(1 - planned.correlation**2)
    return planned.sd * unexplained * sqrt(1 / sizes[0] + 1 / sizes[1])


def _pairs(text: str | None, option: str) -> tuple[tuple[float, float], ...]:
    found = []
    for part in listed(text):
        effect, colon, value = part.partition(":")
        if not colon:
            message = f"{option}: write 'EFFECT:NUMBER,EFFECT:NUMBER', not {text!r}."
            raise UnusableInputError(message)
        found.append((number_of(effect, option), number_of(value, option)))
    return tuple(found)


def _pairs_plain(pairs: Sequence[tuple[float, float]]) -> list[list[float]]:
    return [list(pair) for pair in pairs]


def _in_r(belief: Belief, planned: Planned) -> str:
    error = _standard_error(planned)
    if error is None or belief.prior is not None:
        return ""
    return (
        f"f <- function(x) pnorm(x / {error:.15g} - qnorm({1 - planned.alpha:.15g})) * "
        f"dnorm(x, {belief.prior_mean:.15g}, {belief.prior_sd:.15g})\n"
        "integrate(f, -Inf, Inf, rel.tol = 1e-10)"
    )
