"""Figures per day: bars drawn on the server, the same as a table, and as CSV."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Response, render_template, request

from blueprints.access import moderators_only
from blueprints.moderation.routes import bp
from marketplace.clock import now
from marketplace.i18n import _l
from marketplace.moderation import queries
from marketplace.moderation.queries import SPANS, Figures

COLUMNS = {
    "reports": _l("通報"),
    "decisions": _l("判断"),
    "median_hours": _l("判断までの時間(中央値)"),
    "appeals": _l("異議"),
    "registrations": _l("会員登録"),
    "publications": _l("プロフィールの公開"),
}
"""What is counted, in words."""
WIDTH, HEIGHT, LEFT, RIGHT, FOOT, HEAD = 560, 200, 44, 28, 30, 14
"""The drawing, and what of it is kept for the scale, the last day, the days and air above the highest bar."""
LINES = 4
DAYS_NAMED = 5


@dataclass(frozen=True)
class Bar:
    """One day in a drawing."""

    day: date
    value: float
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Line:
    """One line of the scale."""

    value: int
    y: float


@dataclass(frozen=True)
class Drawing:
    """Bars over a scale that ends in a round number."""

    name: str
    bars: list[Bar]
    lines: list[Line]
    named: list[Bar]
    """Under which the day is written."""
    total: float
    width: int = WIDTH
    height: int = HEIGHT


@bp.get("/figures")
@moderators_only
def figures() -> str:
    """Show how much there was to do, day by day."""
    span = _span()
    rows = queries.figures(span)
    drawings = [drawn(rows, name) for name in COLUMNS]
    return render_template(
        "moderation/figures.html", rows=rows, drawings=drawings, words=COLUMNS, span=span, spans=SPANS
    )


@bp.get("/figures/csv")
@moderators_only
def figures_as_csv() -> Response:
    """Return the same as CSV: numbers of days, nothing of anybody."""
    span = _span()
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(("day", *COLUMNS))
    for row in queries.figures(span):
        lines.writerow((row.day.isoformat(), *(_cell(getattr(row, name)) for name in COLUMNS)))
    name = f"musubi-figures-{span}-{now():%Y%m%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    # With a mark in front, spreadsheets read it as UTF-8.
    return Response("\ufeff" + written.getvalue(), mimetype="text/csv", headers=headers)


def drawn(rows: Sequence[Figures], name: str) -> Drawing:
    """Draw one column of the table."""
    values = [getattr(row, name) or 0 for row in rows]
    top = _round_up(max(values, default=0))
    step = (WIDTH - LEFT - RIGHT) / max(len(rows), 1)
    room = HEIGHT - FOOT - HEAD
    bars = []
    for number, (row, value) in enumerate(zip(rows, values, strict=True)):
        height = round(room * value / top, 2)
        x, width = round(LEFT + number * step + step * 0.15, 2), round(step * 0.7, 2)
        bars.append(Bar(row.day, value, x, round(HEIGHT - FOOT - height, 2), width, height))
    lines = [Line(top * part // LINES, round(HEIGHT - FOOT - room * part / LINES, 2)) for part in range(LINES + 1)]
    apart = max(len(bars) // DAYS_NAMED, 1)
    return Drawing(name, bars, lines, bars[::-apart][::-1], sum(values))


def _round_up(highest: float) -> int:
    """The end of the scale: the next of 4, 8, 20, 40, 80, 200 …, which four lines divide evenly."""
    top = 4
    for factor in (2, 2.5, 2) * 8:
        if top >= highest:
            break
        top = int(top * factor)
    return top


def _cell(value: float | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.1f}"


def _span() -> int:
    days = request.args.get("days", SPANS[0], type=int)
    return days if days in SPANS else SPANS[0]
