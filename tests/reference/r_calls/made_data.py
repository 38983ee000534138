"""The made-up trials that our calls and R's read: `python -m tests.reference.r_calls.made_data` writes them again.

Nobody's data; published into the public domain with the rest of this folder. Names of people and sites are numbers and letters.
Some columns are traps on purpose: participants and sites that are numbers, an arm that is not the first of the alphabet, empty cells.
"""

from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parent / "data"
ARMS = ("CTRL", "MUSIC")


def trial(draw: np.random.Generator) -> pd.DataFrame:
    """Return one row a participant with every kind of outcome."""
    n = 96
    music = np.arange(n) % 2
    site = draw.choice([3, 1, 2, 4, 5, 6, 7, 8], n)
    sex = draw.choice(["f", "m"], n)
    base = draw.normal(20, 5, n).round(2)
    effect = draw.normal(0, 1, 9)
    frail = draw.gamma(2, 0.5, n)
    post = 8 + 0.5 * base - 2 * music + (sex == "m") + effect[site] + draw.normal(0, 3, n)
    post[draw.choice(n, 7, replace=False)] = np.nan
    exposure = draw.uniform(2, 8, n).round(2)
    waited = draw.exponential(30 * np.exp(0.4 * music) / frail).round()
    received = music * (draw.random(n) < 0.7)
    mediator = 3 + 0.8 * music + 0.05 * base + draw.normal(0, 1, n)
    strain = base / 5 + music - draw.logistic(4, 1, n)
    trait = draw.normal(0, 1, n)
    items = {
        f"item{k}": np.clip(np.round(3 + trait + draw.normal(0, 1, n)), 1, 5) for k in range(1, 5)
    }
    return pd.DataFrame(
        {
            "id": np.arange(101, 101 + n),
            "site": site,
            "sex": sex,
            "arm": [ARMS[k] for k in music],
            "base": base,
            "post": post.round(3),
            "response": (draw.random(n) < 1 / (1 + np.exp(0.4 - 0.9 * music + (base - 20) / 9))).astype(int),
            "events": draw.poisson(0.4 * frail * exposure * np.exp(-0.4 * music)),
            "exposure": exposure,
            "days": np.minimum(waited + 1, 60).astype(int),
            "relapse": (waited + 1 <= 60).astype(int),
            "state": np.select([strain < -0.6, strain < 1.2], ["none", "mild"], "severe"),
            "dose": np.tile([0, 5, 10, 20], n // 4),
            "offered": music,
            "heard": received,
            "calm": mediator.round(3),
            "score": (10 - 1.2 * mediator - 0.5 * music + draw.normal(0, 2, n)).round(3),
            "gain": (1 + 4 * np.tile([0, 5, 10, 20], n // 4) / (6 + np.tile([0, 5, 10, 20], n // 4)) + draw.normal(0, 2, n)).round(3),
            **{name: values.astype(int) for name, values in items.items()},
        }
    )  # fmt: skip


def three_arms(draw: np.random.Generator) -> pd.DataFrame:
    """Return one row a participant of three arms."""
    n = 60
    arm = np.arange(n) % 3
    base = draw.normal(30, 6, n).round(1)
    y = 5 + 0.6 * base - np.array([0.0, 2.5, 1.0])[arm] + draw.normal(0, 4, n)
    return pd.DataFrame(
        {"arm": np.array(["WAIT", "MUSIC", "TALK"])[arm], "ward": draw.choice(["a", "b", "c"], n), "base": base, "y": y.round(3)}
    )  # fmt: skip


def visits(draw: np.random.Generator) -> pd.DataFrame:
    """Return one row a participant and visit; a fifth of the outcomes missing."""
    n, times = 80, np.array([1.0, 2.0, 4.0, 7.0])
    spread = np.array([3.0, 3.6, 4.4, 5.2])
    steps = np.abs(np.subtract.outer(times, times))
    covariance = np.outer(spread, spread) * 0.8**steps
    music = np.arange(n) % 2
    base = draw.normal(25, 5, n).round(2)
    sex = draw.choice(["f", "m"], n)
    mean = 0.6 * base[:, None] + 0.8 * times - np.outer(music, 0.4 * times)
    y = mean + draw.multivariate_normal(np.zeros(4), covariance, n)
    y[draw.random(y.shape) < 0.2] = np.nan
    return pd.DataFrame(
        {
            "id": np.repeat(np.arange(1, n + 1), 4),
            "arm": np.repeat([ARMS[k] for k in music], 4),
            "sex": np.repeat(sex, 4),
            "base": np.repeat(base, 4),
            "visit": np.tile(["V1", "V2", "V3", "V4"], n),
            "week": np.tile(times, n),
            "weight": np.repeat(draw.uniform(0.5, 2, n).round(2), 4) * np.tile([1, 1, 0.5, 1], n),
            "y": y.round(3).reshape(-1),
        }
    )


def sessions(draw: np.random.Generator) -> pd.DataFrame:
    """Return one row a participant and session."""
    n, k = 48, 6
    music = np.arange(n) % 2
    own, slope = draw.normal(0, 1.5, n), draw.normal(0, 0.7, n)
    bases = (20 + own + draw.normal(0, 2, n)).round(2)
    rows = [
        {
            "id": 1 + person,
            "arm": ARMS[music[person]],
            "base": bases[person],
            "session": number,
            "change": round(
                float(own[person] + (slope[person] + 0.2 * music[person]) * number + draw.normal(0, 1)), 3
            ),
        }
        for person in range(n)
        for number in range(1, k + 1)
        if draw.random() < 0.85
    ]  # fmt: skip
    return pd.DataFrame(rows)


def two_periods(draw: np.random.Generator) -> pd.DataFrame:
    """Return a crossover of two treatments; participants are numbers."""
    rows = []
    for person in range(1, 25):
        own = draw.normal(0, 3)
        order = ("MUSIC", "SILENCE") if person % 2 else ("SILENCE", "MUSIC")
        for period, treatment in enumerate(order, start=1):
            y = 20 + own + period - 1.5 * (treatment == "MUSIC") + draw.normal(0, 1.5)
            rows.append({"id": person, "period": period, "treatment": treatment, "y": round(y, 3)})
    return pd.DataFrame(rows)


def three_periods(draw: np.random.Generator) -> pd.DataFrame:
    """Return a Williams design of three treatments."""
    orders = ("ABC", "BCA", "CAB", "CBA", "ACB", "BAC")
    rows = []
    for person in range(1, 25):
        own = draw.normal(0, 3)
        for period, treatment in enumerate(orders[person % 6], start=1):
            y = 20 + own + period - "ABC".index(treatment) + draw.normal(0, 1.5)
            rows.append({"id": person, "period": period, "music": treatment, "y": round(y, 3)})
    return pd.DataFrame(rows)


def donors(draw: np.random.Generator) -> pd.DataFrame:
    """Return donors, each with up to three who heard the same music; one donor nobody heard."""
    rows = []
    for donor in range(1, 19):
        own = draw.normal(0, 2)
        name = f"D{donor:02d}"
        rows.append({"arm": "ADAPTIVE", "donor": name, "y": round(5 + own + draw.normal(), 3)})
        rows += [
            {"arm": "YOKED", "donor": name, "y": round(4 + 0.5 * own + draw.normal(), 3)}
            for _ in range(donor % 4)
        ]
    return pd.DataFrame(rows)


TABLES = {
    "trial": trial,
    "three_arms": three_arms,
    "visits": visits,
    "sessions": sessions,
    "two_periods": two_periods,
    "three_periods": three_periods,
    "donors": donors,
}


def main() -> None:
    """Write every table."""
    FOLDER.mkdir(exist_ok=True)
    for number, (name, make) in enumerate(TABLES.items()):
        draw = np.random.Generator(np.random.PCG64(20261125 + number))
        make(draw).to_csv(FOLDER / f"{name}.csv", index=False)


if __name__ == "__main__":
    main()
