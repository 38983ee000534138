"""The CONSORT 2025 flow diagram as SVG, and as a table for those who do not see it.

Text is measured with the metrics of DejaVu Sans, which is wider than the fonts most browsers take instead, so nothing is cut
off; every line that is too long for its box is wrapped. A flow that does not conserve says so in the diagram.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis.participant_flow import (
    FlowBox,
    FlowLine,
    FlowSide,
    ParticipantFlow,
    check_conservation,
)
from analysis.reports.formatting import esc
from analysis.reports.table import Cell, Row, Table

FONT_SIZE = 13.0
LINE_HEIGHT = 18.0
PADDING = 12.0
GAP = 26.0
COLUMN_GAP = 24.0
MARGIN = 8.0
MINIMUM_COLUMN_WIDTH = 250.0
TARGET_WIDTH = 860.0
INDENT = 14.0
BOLD_FACTOR = 1.12
SAFETY_FACTOR = 1.03


@dataclass(frozen=True, kw_only=True, slots=True)
class _TextLine:
    text: str
    indent: float = 0.0
    bold: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Placed:
    x: float
    y: float
    width: float
    lines: tuple[_TextLine, ...]

    @property
    def height(self) -> float:
        return 2 * PADDING + LINE_HEIGHT * len(self.lines)

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def centre(self) -> float:
        return self.x + self.width / 2


@lru_cache(maxsize=1)
def _font() -> Any:  # noqa: ANN401 - matplotlib's font object
    import matplotlib as mpl
    from matplotlib.ft2font import FT2Font

    font = FT2Font(str(Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"))
    font.set_size(FONT_SIZE, 72)
    return font


@lru_cache(maxsize=4096)
def text_width(text: str) -> float:
    """Return the width of a text in DejaVu Sans at the diagram's size, in user units."""
    font = _font()
    font.set_text(text, 0.0)
    return SAFETY_FACTOR * float(font.get_width_height()[0]) / 64


def wrap(text: str, width: float) -> tuple[str, ...]:
    """Break a text into lines no wider than ``width``; a longer word is broken too."""
    lines = [""]
    for word in _short_words(text.split(" "), width):
        longer = f"{lines[-1]} {word}".strip()
        if text_width(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


def _short_words(words: Iterable[str], width: float) -> Iterable[str]:
    for word in words:
        rest = word
        while text_width(rest) > width:
            cut = max(
                1,
                next(n for n in range(len(rest), 0, -1) if n == 1 or text_width(rest[:n]) <= width),
            )
            yield rest[:cut]
            rest = rest[cut:]
        yield rest


def render_flow(flow: ParticipantFlow) -> str:
    """Render the flow of participants as one SVG that scales to the width of its page."""
    columns = max(len(flow.arms), 2)
    column_width = max(
        MINIMUM_COLUMN_WIDTH, (TARGET_WIDTH - 2 * MARGIN - COLUMN_GAP * (columns - 1)) / columns
    )
    width = 2 * MARGIN + columns * column_width + (columns - 1) * COLUMN_GAP
    shapes, bottom = _top(flow, width, column_width)
    arms, height = _arm_columns(flow, width, column_width, bottom)
    problems, height = _problems(flow, width, height)
    body = "".join([*shapes, *arms, *problems])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(width)} {_n(height + MARGIN)}" '
        f'width="{_n(width)}" height="{_n(height + MARGIN)}" role="img" '
        f'aria-labelledby="flow-diagram-title flow-diagram-text" '
        f'font-family="\'DejaVu Sans\', Verdana, Arial, sans-serif" font-size="{_n(FONT_SIZE)}">'
        f'<title id="flow-diagram-title">Flow of participants (CONSORT 2025)</title>'
        f'<desc id="flow-diagram-text">{esc(describe_flow(flow))}</desc>'
        f'<defs><marker id="flow-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        f'markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="#333"/></marker></defs>'
        f'<rect width="100%" height="100%" fill="#fff"/>{body}</svg>\n'
    )


def describe_flow(flow: ParticipantFlow) -> str:
    """Say the flow in one paragraph: the text alternative of the diagram."""
    parts = []
    for box in flow.boxes:
        parts.append(f"{_owner(flow, box)}{box.title}: {box.count}.")
        if box.side is not None:
            reasons = "; ".join(f"{line.label} {line.count}" for line in box.side.lines)
            parts.append(f"{box.side.title}: {box.side.count}{f' ({reasons})' if reasons else ''}.")
    return " ".join(parts)


def _owner(flow: ParticipantFlow, box: FlowBox) -> str:
    label = next((arm.label for arm in flow.arms if arm.arm == box.arm), "")
    return f"{label}, " if label and label not in box.title else ""


def flow_table(flow: ParticipantFlow) -> Table:
    """Return the flow as a table: one row a box, side or reason; one column an arm."""
    rows = [row for box in flow.boxes if box.arm is None for row in _rows_of(flow, (box,))]
    for steps in zip(*(_column(flow, arm.arm) for arm in flow.arms), strict=True):
        rows += _rows_of(flow, steps)
    return Table(
        id="flow",
        title="Flow of participants",
        population="Everyone assessed for eligibility",
        stub_heading="Step",
        columns=("All", *(arm.label for arm in flow.arms)),
        rows=tuple(rows),
    )


def _column(flow: ParticipantFlow, arm: str) -> tuple[FlowBox, ...]:
    return tuple(box for box in flow.boxes if box.arm == arm)


def _rows_of(flow: ParticipantFlow, boxes: Sequence[FlowBox]) -> list[Row]:
    title = "Allocated" if boxes[0].id.startswith("allocated") else boxes[0].title
    rows = [_count_row(flow, boxes, title, [box.count for box in boxes], 0)]
    rows += _part_rows(flow, boxes, [box.lines for box in boxes], 1)
    rows += _part_rows(flow, boxes, [box.comments for box in boxes], 1)
    sides = [box.side for box in boxes if box.side is not None]
    if len(sides) == len(boxes):
        counts = [side.count for side in sides]
        titles = [side.title for side in sides]
        rows.append(_count_row(flow, boxes, max(titles, key=len), counts, 1))
        rows += _part_rows(flow, boxes, [side.lines for side in sides], 2)
    return rows


def _part_rows(
    flow: ParticipantFlow,
    boxes: Sequence[FlowBox],
    parts: Sequence[Sequence[FlowLine]],
    indent: int,
) -> list[Row]:
    labels = dict.fromkeys(line.label for lines in parts for line in lines)
    return [
        _count_row(
            flow,
            boxes,
            label,
            [sum(line.count for line in lines if line.label == label) for lines in parts],
            indent,
        )
        for label in labels
    ]


def _count_row(
    flow: ParticipantFlow, boxes: Sequence[FlowBox], label: str, counts: Sequence[int], indent: int
) -> Row:
    of_arm = {box.arm: count for box, count in zip(boxes, counts, strict=True)}
    total = sum(counts)
    cells = [Cell(text=str(total), value=total)]
    for arm in flow.arms:
        count = of_arm.get(arm.arm)
        cells.append(Cell(text="" if count is None else str(count), value=count))
    return Row(stub=label, cells=tuple(cells), indent=indent)


def _top(flow: ParticipantFlow, width: float, column_width: float) -> tuple[list[str], float]:
    assessed, randomized = flow.box("assessed"), flow.box("randomized")
    left = width / 2 - column_width / 2
    first = _Placed(x=left, y=MARGIN, width=column_width, lines=_box_lines(assessed, column_width))
    shapes, y = [_draw(first)], first.bottom + GAP
    if assessed.side is not None:
        side = _Placed(
            x=width / 2 + COLUMN_GAP,
            y=y,
            width=width / 2 - COLUMN_GAP - MARGIN,
            lines=_side_lines(assessed.side, width / 2 - COLUMN_GAP - MARGIN),
        )
        shapes += [
            _draw(side),
            _arrow(width / 2, side.y + side.height / 2, side.x, side.y + side.height / 2),
        ]
        y = side.bottom + GAP
    second = _Placed(x=left, y=y, width=column_width, lines=_box_lines(randomized, column_width))
    shapes += [_arrow(width / 2, first.bottom, width / 2, second.y), _draw(second)]
    return shapes, second.bottom


def _arm_columns(
    flow: ParticipantFlow, width: float, column_width: float, top: float
) -> tuple[list[str], float]:
    count = len(flow.arms)
    left = (width - count * column_width - (count - 1) * COLUMN_GAP) / 2
    lefts = [left + index * (column_width + COLUMN_GAP) for index in range(count)]
    columns = [_column(flow, arm.arm) for arm in flow.arms]
    shapes, y = [_split(lefts, column_width, width, top)], top + 2 * GAP
    above: list[_Placed] = []
    for step in zip(*columns, strict=True):
        placed = [
            _Placed(x=x, y=y, width=column_width, lines=_arm_lines(box, column_width))
            for x, box in zip(lefts, step, strict=True)
        ]
        shapes += [
            _arrow(up.centre, up.bottom, down.centre, down.y)
            for up, down in zip(above, placed, strict=False)
        ]
        shapes += [_draw(box) for box in placed]
        above, y = placed, max(box.bottom for box in placed) + GAP
    return shapes, y - GAP


def _split(lefts: Sequence[float], column_width: float, width: float, top: float) -> str:
    y, centres = top + GAP, [left + column_width / 2 for left in lefts]
    lines = [
        f'<path d="M{_n(width / 2)} {_n(top)}V{_n(y)}M{_n(centres[0])} {_n(y)}H{_n(centres[-1])}" {_STROKE}/>'
    ]
    return "".join([*lines, *(_arrow(x, y, x, top + 2 * GAP) for x in centres)])


def _problems(flow: ParticipantFlow, width: float, height: float) -> tuple[list[str], float]:
    found = check_conservation(flow)
    if not found:
        return [], height
    lines = [_TextLine(text="These counts do not add up:", bold=True)]
    for problem in found:
        lines += [
            _TextLine(text=text) for text in wrap(problem.message, width - 2 * PADDING - 2 * MARGIN)
        ]
    box = _Placed(x=MARGIN, y=height + GAP, width=width - 2 * MARGIN, lines=tuple(lines))
    return [_draw(box, "#b00020")], box.bottom


def _box_lines(box: FlowBox, width: float) -> tuple[_TextLine, ...]:
    inner = width - 2 * PADDING
    return (
        *_wrapped(
            f"{box.title} (n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{box.count})",
            inner,
            0.0,
            weight="bold",
        ),
        *(line for part in (*box.lines, *box.comments) for line in _part(part, inner, 0.0)),
    )


def _arm_lines(box: FlowBox, width: float) -> tuple[_TextLine, ...]:
    side = () if box.side is None else _side_lines(box.side, width)
    return (*_box_lines(box, width), *side)


def _side_lines(side: FlowSide, width: float) -> tuple[_TextLine, ...]:
    inner = width - 2 * PADDING
    return (
        *_wrapped(
            f"{side.title} (n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{side.count})",
            inner,
            0.0,
            weight="bold",
        ),
        *(line for part in side.lines for line in _part(part, inner, INDENT)),
    )


def _part(part: FlowLine, inner: float, indent: float) -> tuple[_TextLine, ...]:
    return _wrapped(
        f"{part.label} (n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{part.count})",
        inner,
        indent,
        weight="normal",
    )


def _wrapped(text: str, inner: float, indent: float, *, weight: str) -> tuple[_TextLine, ...]:
    bold = weight == "bold"
    room = (inner - indent) / (BOLD_FACTOR if bold else 1.0)
    first, *rest = wrap(text, room)
    hanging = indent + (0.0 if bold else INDENT)
    later = wrap(" ".join(rest), room - (hanging - indent)) if rest else ()
    return (
        _TextLine(text=first, indent=indent, bold=bold),
        *(_TextLine(text=line, indent=hanging, bold=bold) for line in later),
    )


_STROKE = 'fill="none" stroke="#333" stroke-width="1.2"'


def _draw(box: _Placed, colour: str = "#333") -> str:
    place = f'x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}"'
    parts = [f'<rect {place} fill="#fff" stroke="{colour}" stroke-width="1.2"/>']
    for index, line in enumerate(box.lines):
        y = box.y + PADDING + LINE_HEIGHT * index + FONT_SIZE
        weight = ' font-weight="bold"' if line.bold else ""
        parts.append(
            f'<text x="{_n(box.x + PADDING + line.indent)}" y="{_n(y)}" fill="#111"{weight}>{esc(line.text)}</text>'
        )
    return "".join(parts)


def _arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    return (
        f'<path d="M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}" {_STROKE} marker-end="url(#flow-arrow)"/>'
    )


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
