"""`python -m benchmarks.affect_calibration`: how often the interval of arousal holds the truth, in truth drawn from the model.

Prints the table of docs/explanation/affect-estimate.md and, with `--figure FILE`, draws its figure: rank histograms with the
band in which 95 % of the bars of a calibrated model lie.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.stats import binom, chisquare

from tests.simulators.affect_truth import FIRST_MODEL, SCENES, Drawn, Scene, draw_session

SESSIONS, SEED, BINS = 4000, 20261125, 20
LEVELS = (0.5, 0.8, 0.9, 0.95)


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """What the simulated sessions of one scene gave."""

    scene: Scene
    ranks: NDArray[np.float64]
    sd: float
    """Mean of what was believed."""
    error: float
    """Root mean square of estimate minus truth."""

    def covered(self, level: float) -> float:
        """Return the share of truths in the central interval of a level."""
        return float(np.mean(np.abs(self.ranks - 0.5) < level / 2.0))


def main() -> None:
    """Simulate, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=SESSIONS)
    parser.add_argument("--figure", type=Path)
    asked = parser.parse_args()
    found = [calibrate(scene, asked.sessions) for scene in (*SCENES, FIRST_MODEL)]
    print_table(found, asked.sessions)
    if asked.figure:
        draw(found, asked.figure)


def calibrate(scene: Scene, sessions: int) -> Calibration:
    """Simulate the sessions of one scene."""
    chance = np.random.Generator(np.random.PCG64(SEED))
    drawn: list[Drawn] = [draw_session(scene, chance) for _ in range(sessions)]
    errors = np.array([one.arousal - one.state.arousal for one in drawn])
    return Calibration(
        scene=scene,
        ranks=np.array([one.rank for one in drawn]),
        sd=float(np.mean([one.state.arousal_sd for one in drawn])),
        error=float(np.sqrt(np.mean(errors**2))),
    )


def print_table(found: Sequence[Calibration], sessions: int) -> None:
    """Print a table in Markdown."""
    monte_carlo = 100.0 * np.sqrt(0.9 * 0.1 / sessions)
    print(f"{sessions} sessions each; Monte Carlo error of 90 %: {monte_carlo:.2f} points.\n")
    heads = " | ".join(f"{level:.0%}" for level in LEVELS)
    print(f"| sensed | {heads} | uniform ranks, p | sd | error |")
    print("|---|" + "---:|" * (len(LEVELS) + 3))
    for one in found:
        counts = np.histogram(one.ranks, BINS, (0.0, 1.0))[0]
        shares = " | ".join(f"{100.0 * one.covered(level):.1f}" for level in LEVELS)
        p_value = float(chisquare(counts).pvalue)
        said = "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"
        print(f"| {one.scene.named} | {shares} | {said} | {one.sd:.2f} | {one.error:.2f} |")


def draw(found: Sequence[Calibration], file: Path) -> None:
    """Draw one rank histogram a scene."""
    mpl.rcParams["svg.hashsalt"] = "affect-calibration"
    figure = Figure(figsize=(10.0, 5.2), layout="constrained")
    axes = figure.subplots(2, 4, sharex=True, sharey=True).ravel()
    for place, one in zip(axes, found, strict=True):
        sessions = one.ranks.size
        low, high = binom.interval(0.95, sessions, 1.0 / BINS)
        counts = np.histogram(one.ranks, BINS, (0.0, 1.0))[0]
        place.axhspan(low / sessions, high / sessions, color="#d3dae0")
        place.bar((np.arange(BINS) + 0.5) / BINS, counts / sessions, 0.9 / BINS, color="#0b5c8a")
        title = one.scene.named.replace(", first model", ",\nfirst model")
        place.set_title(f"{title}\n90 % covers {100.0 * one.covered(0.9):.1f} %", fontsize=9)
    figure.supxlabel("Rank of the true arousal in what is believed", fontsize=10)
    figure.supylabel("Share of sessions", fontsize=10)
    figure.savefig(file, dpi=100)


if __name__ == "__main__":
    main()
