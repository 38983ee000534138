"""`antiphon fit power`: how often an estimator makes its claim, in simulated trials."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from screens.terminal.fit.answer import Answer, TextTable, finite, give, shown
from screens.terminal.fit.option_groups import with_groups
from screens.terminal.fit.options import AsJson, Level, Seed, listed_numbers
from screens.terminal.fit.python_lines import Written, python_lines
from screens.terminal.fit.record import Calls, record
from screens.terminal.outcome import UnusableInputError
from screens.terminal.simulating import Cluster, Workers, executor_for, with_bar

if TYPE_CHECKING:
    from analysis.operating_characteristics.tally import OperatingCharacteristics
    from analysis.simulated_power.designs import Design
    from analysis.simulated_power.enrolment import Enrolment
    from analysis.simulated_power.simulate import SimulatedPower
    from analysis.simulated_power.world import World

MECHANISMS = ("MCAR", "MAR", "MNAR")


@dataclass(frozen=True, kw_only=True, slots=True)
class Assumed:
    """What is assumed to be true."""

    assume: Annotated[
        list[str] | None,
        typer.Option(help="NAME=NUMBER or NAME=NUMBER,NUMBER. Repeat it; the answer lists all."),
    ] = None
    baseline_correlation: Annotated[
        float, typer.Option(help="Of outcome and baseline; of neighbouring visits too.")
    ] = 0.5
    dropout: Annotated[
        str | None, typer.Option(help="Share without outcome, one number or one an arm.")
    ] = None
    mechanism: Annotated[str, typer.Option(help="Of the losses: MCAR, MAR or MNAR.")] = "MCAR"
    log_odds: Annotated[
        float, typer.Option(help="Of leaving, a standard deviation of what MAR or MNAR name.")
    ] = 0.0
    cluster_size: Annotated[
        int, typer.Option(help="Participants of a therapist or group; 1: none.", min=1)
    ] = 1
    icc: Annotated[float, typer.Option(help="Correlation within a therapist or group.")] = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Computed:
    """How many trials, and where."""

    trials: Annotated[int, typer.Option(help="With the effect, and as many without.", min=2)] = 2000
    seed: Seed = 1
    workers: Workers = None
    cluster: Cluster = None
    out: Annotated[
        Path | None, typer.Option(help="Folder for drawing and CSV; made if needed.")
    ] = None


@with_groups
def fit_power(
    estimator: Annotated[
        str, typer.Option(help="E.g. ancova, mmrm, impute-jr, counts; a wrong name lists all.")
    ],
    n: Annotated[str, typer.Option(help="Participants of both arms: '60,60'.")],
    assumed: Assumed,
    computed: Computed,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Power and type I error of any estimator, simulated: with losses, therapists, sessions."""
    from analysis.simulated_power.assumptions import read_assumptions
    from analysis.simulated_power.designs import design_named
    from analysis.simulated_power.simulate import simulate_power

    executor = executor_for(computed.workers, computed.cluster)
    design = design_named(estimator)
    people = _people(n, assumed)
    said = read_assumptions(design.world, dict(_pair(one) for one in assumed.assume or ()))
    world = design.make_world(people, said)
    found = with_bar(
        lambda show: simulate_power(
            estimator,
            world,
            confidence_level=level,
            trials=computed.trials,
            seed=computed.seed,
            executor=executor,
            progress=show,
        )
    )
    python = python_lines(
        simulate_power,
        estimator,
        world,
        confidence_level=level,
        trials=computed.trials,
        seed=computed.seed,
        executor=Written(
            text="SerialExecutor()",
            module="analysis.operating_characteristics.executors",
            name="SerialExecutor",
        ),
    )
    answer = _answer(_Asked(estimator, design, world, level, computed.seed), found, python)
    if computed.out is not None:
        _write(found, computed.seed, computed.out)
    give(answer, as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Asked:
    estimator: str
    design: "Design"
    world: "World"
    level: float
    seed: int


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        message = f"--assume: write NAME=NUMBER, not {text!r}."
        raise UnusableInputError(message)
    return name.strip().replace("-", "_"), value


def _people(n: str, assumed: Assumed) -> "Enrolment":
    from analysis.operating_characteristics.dropout import Mechanism
    from analysis.simulated_power.enrolment import Enrolment

    sizes = listed_numbers(n, "--n")
    if len(sizes) != 2 or any(size != int(size) for size in sizes):
        raise UnusableInputError("--n: write the participants of both arms, e.g. '60,60'.")
    if assumed.mechanism.upper() not in MECHANISMS:
        message = f"--mechanism: {assumed.mechanism!r} is none of {', '.join(MECHANISMS)}."
        raise UnusableInputError(message)
    lost = listed_numbers(assumed.dropout, "--dropout") or (0.0,)
    if len(lost) > 2:
        message = f"--dropout: {len(lost)} numbers; one, or one an arm, is needed."
        raise UnusableInputError(message)
    return Enrolment(
        participants=(int(sizes[0]), int(sizes[1])),
        baseline_correlation=assumed.baseline_correlation,
        dropout=(lost[0], lost[-1]),
        mechanism=Mechanism[assumed.mechanism.upper()],
        leaving_log_odds=assumed.log_odds,
        cluster_size=assumed.cluster_size,
        intracluster_correlation=assumed.icc,
    )


def _answer(asked: _Asked, found: "SimulatedPower", python: str) -> Answer:
    from analysis.simulated_power.assumptions import assumptions_of
    from analysis.simulated_power.assumptions import shown as as_written

    with_effect, without = found.with_effect, found.without_effect
    people = asked.world.people
    assumptions = assumptions_of(type(asked.world))
    values = {one.name: getattr(asked.world, one.name) for one in assumptions}
    plain: dict[str, Any] = {
        "estimator": asked.estimator,
        "quantity": asked.design.quantity,
        "scale": asked.design.scale.value,
        "level": asked.level,
        "n_first": people.participants[0],
        "n_second": people.participants[1],
        "trials": with_effect.trials,
        "seed": asked.seed,
        "people": {
            "baseline_correlation": people.baseline_correlation,
            "dropout": list(people.dropout),
            "mechanism": people.mechanism.name,
            "log_odds": people.leaving_log_odds,
            "cluster_size": people.cluster_size,
            "icc": people.intracluster_correlation,
        },
        "assumptions": {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
        },
        "power": _share(with_effect.shown),
        "type_1_error": _share(without.shown),
        "with_effect": _characteristics(with_effect),
        "without_effect": _characteristics(without),
        **record(None, Calls(python=python)),
    }
    numbers = TextTable(
        title=f"{asked.estimator}: {asked.design.quantity}",
        header=("", "claim made, %", "truth", "bias", "SD", "model SE", "covers truth, %"),
        rows=(_row("with the effect", with_effect), _row("without it", without)),
    )
    named = TextTable(
        title="Assumptions of this estimator (--assume NAME=...)",
        header=("name", "value", "meaning"),
        rows=tuple((one.name, as_written(values[one.name]), one.meaning) for one in assumptions),
    )
    remarks = (
        (
            f"{with_effect.trials} trials each of {people.participants[0]} + {people.participants[1]}, "
            f"seed {asked.seed}; {with_effect.estimable} and {without.estimable} could be analysed. "
            "In parentheses: Monte Carlo standard error."
        ),
        f"On the scale of the {asked.design.scale.value}.",
    )
    return Answer(plain=plain, tables=(numbers, named), remarks=remarks)


def _share(found: Any) -> dict[str, float]:  # noqa: ANN401 - Simulated
    return {"value": found.value, "se": found.standard_error}


def _characteristics(one: "OperatingCharacteristics") -> dict[str, Any]:
    return {
        "truth": one.truth,
        "estimable": one.estimable,
        "bias": _share(one.bias),
        "empirical_se": _share(one.empirical_error),
        "model_se": finite(one.model_error),
        "coverage": _share(one.coverage),
        "missed_below": _share(one.missed_below),
        "missed_above": _share(one.missed_above),
    }


def _row(label: str, one: "OperatingCharacteristics") -> tuple[str, ...]:
    return (
        label,
        f"{100 * one.shown.value:.1f} ({100 * one.shown.standard_error:.1f})",
        shown(one.truth),
        f"{one.bias.value:.3f} ({one.bias.standard_error:.3f})",
        shown(one.empirical_error.value),
        shown(one.model_error),
        f"{100 * one.coverage.value:.1f} ({100 * one.coverage.standard_error:.1f})",
    )


def _write(found: "SimulatedPower", seed: int, folder: Path) -> None:
    from analysis.reports.simulated_designs import characteristics_figure
    from analysis.reports.simulation_page import simulation_csv

    both = (found.with_effect, found.without_effect)
    folder.mkdir(parents=True, exist_ok=True)
    figure = characteristics_figure(both, seed=seed)
    for name, text in (("power.svg", figure.svg), ("power.csv", simulation_csv(both))):
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
