"""`python -m benchmarks`: how fast Antiphon is on this machine, beside whom, in one table.

A minute or two; `--full` makes the demonstration trial with its 60 participants. Processor time (CPU)
hardly depends on what else the machine does; wall time does, so the load is printed too.
"""

import argparse
import logging
from collections.abc import Iterable

from benchmarks import (
    designs,
    heart,
    hrv,
    imputation,
    machine,
    mixed_model,
    mixed_model_r,
    music,
    sensing,
    signal_accuracy,
    storage,
    trial,
)
from benchmarks.table import Measurement, print_table
from protocols.software import software_version


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--full", action="store_true", help="a trial of 60 participants")
    participants = trial.FULL if parser.parse_args().full else trial.SMALL
    logging.disable(logging.WARNING)
    print(f"Antiphon {software_version()}\n{machine.describe()}")
    print(f"At the beginning: {machine.load()}", flush=True)
    rows = [row for part in parts(participants) for row in part]
    print(f"At the end: {machine.load()}\n")
    print_table(rows)


def parts(participants: int) -> tuple[Iterable[Measurement], ...]:
    """Return what is measured, in the order of the table."""
    return (
        music.measure(),
        heart.measure(),
        sensing.measure(),
        hrv.measure(),
        signal_accuracy.measure(),
        mixed_model.measure(),
        mixed_model_r.measure(),
        imputation.measure(),
        designs.measure(),
        storage.measure(),
        trial.measure(participants),
    )


if __name__ == "__main__":
    main()
