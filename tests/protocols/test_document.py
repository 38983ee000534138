"""A protocol file is read as a whole, or refused with every problem at its line."""

from dataclasses import replace
from pathlib import Path

import pytest

from protocols.canonical import canonical_json
from protocols.document import (
    LIBRARY,
    ProtocolDocumentError,
    check_protocol,
    parse_protocol,
    protocol_from_canonical,
    protocol_hash,
    read_protocol,
    shipped_protocol,
)
from protocols.marked_yaml import read_marked_yaml
from protocols.problems import Problem

SHIPPED = (LIBRARY / "anxiety_adaptive_music.yaml").read_text(encoding="utf-8")


def problems_of(text: str) -> tuple[Problem, ...]:
    """Return the problems that a text is refused with."""
    with pytest.raises(ProtocolDocumentError) as refused:
        parse_protocol(text, "mine.yaml")
    return refused.value.problems


def changed(before: str, after: str) -> tuple[str, int]:
    """Return the shipped text with one place changed, and the line of that place."""
    assert before in SHIPPED
    return SHIPPED.replace(before, after, 1), SHIPPED[: SHIPPED.index(before)].count("\n") + 1


@pytest.mark.parametrize(
    ("before", "after", "what", "mend"),
    [
        pytest.param(
            "short_title: Calm",
            "shorttitle: Calm",
            "“shorttitle” is not a field of Protocol.",
            "Did you mean “short_title”?",
            id="a field that is misspelled",
        ),
        pytest.param(
            "role: experimental",
            "role: better",
            "arms[0].role should be 'experimental' or 'active_comparator' (found 'better').",
            "Correct this value.",
            id="a word that is none of the choices",
        ),
        pytest.param(
            "per_arm: 173",
            'per_arm: "173"',
            "sample_size.per_arm should be a whole number (found '173').",
            "Write it without point or quotation marks.",
            id="a number between quotation marks",
        ),
        pytest.param(
            'consent_version: "1.0"',
            "consent_version: 1.0",
            "consent_version should be text (found 1.0).",
            "Put it between quotation marks.",
            id="a version without quotation marks",
        ),
        pytest.param(
            "ratio: [1, 1]",
            "ratio: 1",
            "randomization.ratio should be a list (found 1).",
            "Write one line for each entry, beginning with a dash.",
            id="one value where a list belongs",
        ),
        pytest.param(
            "duration_minutes: 20",
            "duration_minutes: .inf",
            "sessions.duration_minutes: inf is no number.",
            "Write a finite number.",
            id="a number without end",
        ),
        pytest.param(
            "per_arm: 173",
            "per_arm: 60",
            "60 participants per arm do not follow from the assumptions.",
            "They give 173 per arm; correct the number or an assumption.",
            id="a sample size that does not follow",
        ),
    ],
)
def test_a_problem_names_line_and_mend(before: str, after: str, what: str, mend: str) -> None:
    text, line = changed(before, after)

    found = [(p.file, p.line, p.what, p.mend) for p in problems_of(text)]

    assert ("mine.yaml", line, what, mend) in found


def test_a_missing_field_is_reported_at_the_part_that_lacks_it() -> None:
    text, line = changed("    label: Baseline\n", "")

    (problem,) = problems_of(text)

    assert (problem.what, problem.path) == ("visits[1].label is missing.", "visits[1].label")
    assert problem.line == line - 1


def test_a_key_given_twice_is_refused_with_both_lines() -> None:
    text, line = changed("  count: 8\n", "  count: 8\n  count: 9\n")

    (problem,) = problems_of(text)

    assert problem.line == line + 1
    assert problem.what == f"“count” is given twice; first on line {line}."


LAUGHS = "\n".join(
    ["a0: &a0 [ha]", *(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10))]
)
"""Nine lines of ten aliases each, written out a thousand million words."""


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param("", "The document is empty.", id="nothing"),
        pytest.param("a: [1", "This is not valid YAML: expected ',' or ']'", id="open bracket"),
        pytest.param("a: *b", "This is not valid YAML: found undefined alias", id="no such alias"),
        pytest.param("a: &a [*a]", "This value contains itself.", id="a value inside itself"),
        pytest.param("a: \x00", "The document holds a character", id="a control character"),
        pytest.param(
            "? [1]\n: 2", "This is not valid YAML: found unhashable key", id="list as key"
        ),
        pytest.param("[" * 5000, "It nests its values too deeply.", id="brackets without end"),
        pytest.param(LAUGHS, "It repeats its values by aliases too often.", id="ten to the ninth"),
        pytest.param("a: !!int b", "It holds a value that cannot be: invalid", id="a false tag"),
        pytest.param(f"a: {'9' * 5000}", "It holds a value that cannot be: Exc", id="5000 digits"),
        pytest.param("[1, 2]", "The document should have fields.", id="a list"),
        pytest.param("hello", "The document should have fields (found 'hello').", id="a word"),
    ],
)
def test_text_that_is_no_protocol_is_refused_at_its_first_line(text: str, what: str) -> None:
    first = problems_of(text)[0]

    assert first.what.startswith(what)
    assert first.line == 1


def test_the_error_prints_file_line_what_and_mend() -> None:
    text, line = changed("per_arm: 173", "per_arm: 60")

    with pytest.raises(
        ProtocolDocumentError,
        match=rf"^mine\.yaml:{line}: 60 participants .* They give 173 per arm",
    ):
        parse_protocol(text, "mine.yaml")


def test_several_problems_are_reported_at_once_in_the_order_of_lines() -> None:
    text, _ = changed("per_arm: 173", "per_arm: 60")
    text = text.replace("block_sizes: [4, 6, 8]", "block_sizes: [4, 5]", 1)

    lines = [problem.line or 0 for problem in problems_of(text)]

    assert len(lines) == 2
    assert lines == sorted(lines)


@pytest.mark.parametrize("word", ["no", "12:30", "0o17", "010", "1_000", "2026-11-25", "1e", "+"])
def test_words_and_numbers_of_yaml_1_1_stay_text(word: str) -> None:
    text, _ = changed("short_title: Calm music for anxiety", f"short_title: {word}")

    assert parse_protocol(text, "mine.yaml").short_title == word


@pytest.mark.parametrize("number", ["010", "0x1C", "28:00"])
def test_a_number_that_two_versions_of_yaml_read_differently_is_refused(number: str) -> None:
    text, line = changed("    day: 28\n", f"    day: {number}\n")

    (problem,) = problems_of(text)

    assert problem.line == line
    assert problem.what == f"visits[2].day should be a whole number (found '{number}')."


@pytest.mark.parametrize(
    ("written", "difference"), [("15e-1", 1.5), ("+1.5", 1.5), (".15e+1", 1.5), ("1.50", 1.5)]
)
def test_numbers_are_read_as_json_would_and_a_little_more(written: str, difference: float) -> None:
    assert read_marked_yaml(f"difference: {written}", "mine.yaml").plain == {
        "difference": difference
    }


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProtocolDocumentError, match=r"The file cannot be read: No such file"):
        read_protocol(tmp_path / "absent.yaml")


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / "old.yaml"
    file.write_bytes("title: Gef\xfchl".encode("latin-1"))

    with pytest.raises(ProtocolDocumentError, match="it is not UTF-8 text"):
        read_protocol(file)


def test_canonical_json_gives_the_same_protocol_back() -> None:
    protocol = shipped_protocol()

    again = protocol_from_canonical(canonical_json(protocol))

    assert again == protocol
    assert protocol_hash(again) == protocol_hash(protocol)


@pytest.mark.parametrize("stored", ['{"study_id": "X"}', '{"surprise": 1}', "no json"])
def test_stored_text_that_is_no_protocol_is_refused(stored: str) -> None:
    with pytest.raises(ProtocolDocumentError, match="The stored document is no protocol"):
        protocol_from_canonical(stored)


def test_the_hash_ignores_comments_and_sees_every_word() -> None:
    protocol = shipped_protocol()
    commented = parse_protocol("# a remark\n" + SHIPPED, "mine.yaml")
    reworded = replace(protocol, blinding=protocol.blinding + " ")

    assert protocol_hash(commented) == protocol_hash(protocol)
    assert protocol_hash(reworded) != protocol_hash(protocol)
    assert len(protocol_hash(protocol)) == 64


def test_a_protocol_without_a_file_is_checked_too() -> None:
    protocol = shipped_protocol()
    wrong = replace(protocol, sample_size=replace(protocol.sample_size, per_arm=1))

    (problem,) = check_protocol(wrong)

    assert check_protocol(protocol) == ()
    assert (problem.line, problem.path) == (None, "sample_size.per_arm")
    assert problem.text.startswith("1 participants per arm do not follow")
