"""The pages about the estimators: their examples give what they say."""

import doctest
from pathlib import Path

import pytest

PAGES = (
    "ancova",
    "complier-effect",
    "counts",
    "crossover",
    "means-and-ranks",
    "mediation",
    "ordered-categories",
    "reliability-and-change",
    "responder",
    "subgroups-and-dose",
    "time-to-event",
    "two-proportions",
    "win-ratio",
)


@pytest.mark.parametrize("page", PAGES)
def test_the_example_of_a_page_gives_what_it_says(checkout: Path, page: str) -> None:
    file = checkout / "docs" / "explanation" / f"{page}.md"

    found = doctest.testfile(str(file), module_relative=False, encoding="utf-8")

    assert found.attempted > 0
    assert found.failed == 0
