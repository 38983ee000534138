"""A plain CSV file becomes typed columns, and what cannot be read is told with file, line and column."""

from pathlib import Path

import numpy as np
import pytest

from data.exchange.tables import Table, TableUnreadableError, read_table


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "trial.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(folder: Path, content: str | bytes) -> Table:
    return read_table(write(folder, content))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("arm,y\nA,1.5\nB,\n", id="commas"),
        pytest.param("arm;y\nA;1,5\nB;\n", id="semicolons with a decimal comma"),
        pytest.param("arm;y\nA;1.5\nB;\n", id="semicolons with a decimal point"),
        pytest.param("arm\ty\nA\t1.5\nB\t\n", id="tabs"),
        pytest.param(b"\xef\xbb\xbfarm,y\r\nA,1.5\r\nB,\r\n", id="byte order mark, Windows ends"),
        pytest.param('"arm","y"\n"A",1.5\n\n"B",""\n', id="quotes and an empty line"),
        pytest.param(" arm , y \n A , 1.5 \n B , \n", id="spaces around fields"),
    ],
)
def test_a_file_is_read_into_numbers_and_text(tmp_path: Path, content: str | bytes) -> None:
    table = read(tmp_path, content)

    assert table.column("arm").fields == ("A", "B")
    assert table.column("y").fields == (1.5, None)


@pytest.mark.parametrize(
    ("fields", "is_numeric"),
    [
        pytest.param(["1", "-2.5", "1e3", ".5", "+4."], True, id="numbers"),
        pytest.param(["0", "0.5", "-0"], True, id="a zero is no leading zero"),
        pytest.param(["006", "101"], False, id="a leading zero is a code"),
        pytest.param(["1", "NA"], False, id="NA is not read as missing"),
        pytest.param(["1", "nan"], False, id="nan is text"),
        pytest.param(["1_000"], False, id="underscores"),
        pytest.param(["0x1F"], False, id="hexadecimal"),
        pytest.param(["Inf", "Kid"], False, id="inf among text is a label"),
        pytest.param(["", ""], True, id="all missing"),
    ],
)
def test_a_column_is_numeric_when_every_field_is_a_plain_number(
    tmp_path: Path, fields: list[str], *, is_numeric: bool
) -> None:
    table = read(tmp_path, "".join(f"{field},x\n" for field in ["column", *fields]))

    assert table.column("column").is_numeric is is_numeric


def test_numbers_keep_every_digit(tmp_path: Path) -> None:
    table = read(tmp_path, "y\n0.1234567890123456\n1e-300\n")

    assert table.column("y").fields == (0.1234567890123456, 1e-300)


def test_the_frame_has_nan_and_none_for_missing_and_names_without_decimals(tmp_path: Path) -> None:
    frame = read(tmp_path, "id,arm,y\n3618,A,1\n12,,\n").frame(text=("id",))

    assert frame["id"].tolist() == ["3618", "12"]
    assert frame["arm"].tolist() == ["A", None]
    assert frame["y"].dtype == np.float64
    assert np.isnan(frame["y"].iloc[1])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("", "trial.csv is empty", id="empty"),
        pytest.param("a,b\n", "a header and no rows", id="no rows"),
        pytest.param("a,b\n1,2\n1,2,3\n", "line 3 has 3 fields and the header 2", id="ragged"),
        pytest.param("a,a\n1,2\n", "two columns named 'a'", id="one name twice"),
        pytest.param(",a\n1,2\n", "column 1 has no name", id="no name"),
        pytest.param("a,b\n1,2\n1,-inf\n", "line 3, column b: '-inf' is infinite", id="infinite"),
        pytest.param("a\n1\n1e999\n", "line 3, column a: '1e999' is too large", id="too large"),
        pytest.param(b"a\n1\n\xff\n", "line 3: the file is not UTF-8", id="Latin-1"),
        pytest.param("a\nx\0y\n", "zero bytes", id="binary"),
        pytest.param('a\n"1\n', "line 2: unexpected end of data", id="open quote"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_its_place(
    tmp_path: Path, content: str | bytes, said: str
) -> None:
    with pytest.raises(TableUnreadableError, match=said):
        read(tmp_path, content)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TableUnreadableError, match=r"no file .*none\.csv"):
        read_table(tmp_path / "none.csv")


def test_a_misspelt_column_is_told_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(TableUnreadableError, match="no column 'FEV'; did you mean 'FEV1'"):
        read(tmp_path, "FEV1,ARM\n1,A\n").column("FEV")


def test_text_where_numbers_belong_is_told_with_line_and_column(tmp_path: Path) -> None:
    table = read(tmp_path, "y,z\n1,\nNA,\n")

    with pytest.raises(TableUnreadableError, match="line 3, column y: 'NA' is not a number"):
        table.require_numbers("y")
    with pytest.raises(TableUnreadableError, match="column z: every field is empty"):
        table.require_numbers("z")


def test_two_rows_of_one_participant_and_visit_are_told_with_both_lines(tmp_path: Path) -> None:
    table = read(tmp_path, "id,visit,y\n1,V1,1\n1,V2,2\n2,V1,3\n1,V1,4\n")

    with pytest.raises(TableUnreadableError, match="lines 2 and 5: two rows for id 1, visit V1"):
        table.require_one_row_each(("id", "visit"))


def test_a_missing_key_is_told(tmp_path: Path) -> None:
    table = read(tmp_path, "id,visit\n1,V1\n2,\n")

    with pytest.raises(TableUnreadableError, match="line 3, column visit: the field is empty"):
        table.require_one_row_each(("id", "visit"))


def test_the_hash_is_that_of_the_file(tmp_path: Path) -> None:
    first = read(tmp_path, "y\n1\n").sha256

    assert first == read(tmp_path, "y\n1\n").sha256
    assert first != read(tmp_path, "y\n2\n").sha256


def test_rows_are_chosen_by_the_values_of_a_column(tmp_path: Path) -> None:
    table = read(tmp_path, "visit,y\n1,1\n2,2\n10,3\n").where("visit", ("1", "10"))

    assert table.column("y").fields == (1.0, 3.0)
    assert table.lines == (2, 4)
    with pytest.raises(TableUnreadableError, match="column visit: no row has '3'"):
        table.where("visit", ("3",))


def test_a_word_among_measurements_is_told_before_it_makes_them_categories(tmp_path: Path) -> None:
    table = read(tmp_path, "baseline\n12.5\n13\nNA\n14\n")

    with pytest.raises(TableUnreadableError, match="line 4, column baseline: 'NA' is text among"):
        table.require_no_stray_text("baseline")


@pytest.mark.parametrize(
    "column", ["site\n1\n2\n1\nother\n2\n", "id\n001\n002\nA3\n", "dose\nlow\nhigh\n1.5\n"]
)
def test_codes_and_names_may_be_mixed(tmp_path: Path, column: str) -> None:
    table = read(tmp_path, column)

    table.require_no_stray_text(table.columns[0].name)

    assert not table.columns[0].is_numeric
