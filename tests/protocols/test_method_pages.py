"""Every estimator has a page that explains it, and the page exists."""

from pathlib import Path

import pytest

from protocols.analysis_plan import Estimator
from protocols.document import shipped_protocol
from protocols.method_pages import page_of, pages_of


@pytest.mark.parametrize("estimator", list(Estimator))
def test_the_page_of_an_estimator_exists(checkout: Path, estimator: Estimator) -> None:
    assert (checkout / page_of(estimator)).is_file()


def test_an_imputed_analysis_has_the_page_of_imputation_too(checkout: Path) -> None:
    imputed = next(one for one in shipped_protocol().analysis.analyses if one.imputation)

    assert all((checkout / page).is_file() for page in pages_of(imputed))
    assert len(pages_of(imputed)) == 2
