"""Write relaxation.csv: an invented trial of 90 people, so that every number of the how-to can be computed by anyone."""

import csv
from pathlib import Path

import numpy as np

VISITS = ("Week 2", "Week 4", "Week 8")
EFFECT = (-0.6, -1.3, -2.0)  # of MUSIC, in points
COURSE = (-1.0, -1.8, -2.4)  # of everybody, change from baseline
DEVIATIONS = (2.6, 3.0, 3.4)
CORRELATION = 0.6  # between neighbouring visits, squared two visits apart


def main() -> None:
    """Simulate and write the file."""
    generator = np.random.Generator(np.random.PCG64(20261125))
    steps = np.abs(np.subtract.outer(range(3), range(3)))
    covariance = np.outer(DEVIATIONS, DEVIATIONS) * CORRELATION**steps
    with Path(__file__).with_name("relaxation.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "arm", "site", "baseline", "visit", "gad7", "change", "better"])
        for person in range(1, 91):
            arm = ("USUAL", "MUSIC")[person % 2]
            site = ("GRA", "LEI", "OSL")[person % 3]
            baseline = int(np.clip(round(generator.normal(13, 3)), 8, 20))
            change = np.asarray(COURSE) - 0.3 * (baseline - 13)
            change = change + generator.multivariate_normal(np.zeros(3), covariance)
            if arm == "MUSIC":
                change = change + np.asarray(EFFECT)
            change = np.clip(np.round(change), -baseline, 21 - baseline)
            gone = 3
            for place in (1, 2):  # whoever is worse leaves sooner
                if gone == 3 and generator.random() < (0.08 if change[place - 1] < -1 else 0.17):
                    gone = place
            for place, visit in enumerate(VISITS):
                row = [f"{site}-{person:03}", arm, site, baseline, visit]
                if place >= gone:
                    writer.writerow([*row, "", "", ""])
                    continue
                value = int(change[place])
                writer.writerow([*row, baseline + value, value, int(value <= -4)])


if __name__ == "__main__":
    main()
