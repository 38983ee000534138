"""Nothing prints a number that it does not stand behind."""

import math

import pytest

from screens.terminal.fit.answer import Answer, TextTable, give
from screens.terminal.outcome import UntrustedFitError


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("as_json", [True, False])
def test_an_answer_with_a_number_that_is_none_is_refused(
    capsys: pytest.CaptureFixture[str], number: float, *, as_json: bool
) -> None:
    answer = Answer(plain={"estimates": [{"se": 1.0}, {"se": number}]}, tables=())

    with pytest.raises(UntrustedFitError, match="no finite number for estimates 1 se"):
        give(answer, as_json=as_json)

    assert capsys.readouterr().out == ""


def test_a_table_puts_names_left_and_numbers_right(capsys: pytest.CaptureFixture[str]) -> None:
    table = TextTable(title="T", header=("name", "n"), rows=(("a", "1"), ("bb", "10")))

    give(Answer(plain={}, tables=(table,)), as_json=False)

    assert capsys.readouterr().out == "T\nname   n\n--------\na      1\nbb    10\n\n"
