"""Write the files of the examples: invented trials in which every command of `antiphon fit` has its columns."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
PEOPLE = 80
ITEMS = tuple(f"item{number}" for number in range(1, 6))
PARTICIPANTS = (
    "order", "id", "arm", "site", "sex", "therapist", "baseline", "score", "change", "better", "flares", "weeks", "days",
    "relapse", "severity", "minutes", "hrv", "offered", "taken", "donor", "guess", "look", *ITEMS,
)  # fmt: skip
SEQUENCES = ("ABC", "BCA", "CAB", "CBA", "ACB", "BAC")
RELIEF = {"A": 0.0, "B": -1.5, "C": -3.0}  # of three treatments, in points


def write(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write one file."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _participants(generator: np.random.Generator) -> Iterable[tuple[object, ...]]:
    left: dict[str, list[str]] = {}  # of the block of each site
    heard: list[str] = []
    for person in range(1, PEOPLE + 1):
        site = ("LEI", "GRA")[int(generator.random() < 0.45)]
        if not left.get(site):
            left[site] = list(generator.permutation(["MUSIC", "MUSIC", "CTRL", "CTRL"]))
        arm = str(left[site].pop())
        name = f"{site}-{person:03}"
        if arm == "MUSIC":
            heard.append(name)
        donor = name if arm == "MUSIC" else str(generator.choice(heard or [""]))
        yield _participant(generator, person, (name, arm, site, donor))


def _participant(
    generator: np.random.Generator, person: int, known: tuple[str, str, str, str]
) -> tuple[object, ...]:
    name, arm, site, donor = known
    music = int(arm == "MUSIC")
    baseline = round(float(generator.normal(14, 3)), 1)
    minutes = int(generator.choice([0, 20, 40, 60]))
    hrv = round(float(generator.normal(3.4 + 0.35 * music, 0.4)), 3)
    drop = 0.6 * (baseline - 14) - 1.5 * music - 2 * (hrv - 3.4) - 0.02 * minutes
    score = round(float(12 + drop + generator.normal(0, 2.5)), 1)
    weeks = int(generator.integers(6, 13))
    days = round(float(generator.exponential(60 + 60 * music)) + 1, 1)
    taken = int(music and generator.random() < 0.8)
    guess = generator.choice([arm, ("MUSIC", "CTRL")[music], "unknown"], p=[0.4, 0.25, 0.35])
    common = generator.normal()
    items = [int(np.clip(round(3 + common + generator.normal(0, 0.8)), 1, 5)) for _ in ITEMS]
    severity = ("none", "mild", "severe")[int(np.digitize(score, [9.5, 13.0]))]
    return (
        person, name, arm, site, ("female", "male")[person % 2], f"T{person % 8 + 1}", baseline, score,
        round(score - baseline, 1), int(score - baseline <= -3), int(generator.poisson(weeks * 0.2 / (1 + music))), weeks,
        min(days, 90.0), int(days < 90), severity, minutes, hrv, music, taken, donor, guess,
        1 if person <= PEOPLE // 2 else 2, *items,
    )  # fmt: skip


def _sessions(generator: np.random.Generator) -> Iterable[tuple[object, ...]]:
    for person in range(1, 41):
        music = person % 2
        level = generator.normal(0, 1.2)
        for number in range(1, 7):
            relief = 2 + level + (0.2 + 0.3 * music) * number + generator.normal(0, 0.8)
            yield (f"P{person:02}", ("CTRL", "MUSIC")[music], number, round(float(relief), 2))


def _two_periods(generator: np.random.Generator) -> Iterable[tuple[object, ...]]:
    for person in range(1, 25):
        level = generator.normal(50, 8)
        order = ("MUSIC", "SILENCE") if person % 2 else ("SILENCE", "MUSIC")
        for period, treatment in enumerate(order, start=1):
            pain = level - 6 * (treatment == "MUSIC") - 2 * period + generator.normal(0, 4)
            yield (f"P{person:02}", period, treatment, round(float(pain), 1))


def _williams(generator: np.random.Generator) -> Iterable[tuple[object, ...]]:
    for person in range(1, 25):
        level = generator.normal(20, 3)
        for period, treatment in enumerate(SEQUENCES[person % 6], start=1):
            score = level + RELIEF[treatment] - 0.5 * period + generator.normal(0, 1.5)
            yield (f"P{person:02}", period, treatment, round(float(score), 1))


def main() -> None:
    """Simulate and write every file."""
    generator = np.random.Generator(np.random.PCG64(20261125))
    write("participants.csv", PARTICIPANTS, _participants(generator))
    write("sessions.csv", ("id", "arm", "session", "relief"), _sessions(generator))
    write("two-periods.csv", ("id", "period", "treatment", "pain"), _two_periods(generator))
    write("williams.csv", ("id", "period", "treatment", "score"), _williams(generator))


if __name__ == "__main__":
    main()
