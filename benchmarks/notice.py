"""`./dev bench notice`: the PDF of a notice of terms, beside a browser that prints the same words."""

import argparse
import html
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import psutil

from benchmarks.stopwatch import Took, percentile, timed
from marketplace.contracts.notice import Milestone, Notice, Party
from marketplace.contracts.printing import opening_of, render, sections_of, title_of
from marketplace.typesetting import FONTS, Section

FIRST = "first"

ORDINARY = Notice(
    number="MU-000123-1", version=1, issued_at=datetime(2026, 11, 28, 5, 30, tzinfo=UTC),
    client=Party(name="株式会社青葉計測", nickname="はな", username="hana-yamada", company="青葉計測"),
    worker=Party(name="𠮷瀬 律", nickname="りつ", username="ritsu-takase"),
    client_is_business=True, entrusted_on=date(2026, 11, 28), title="流量計 取扱説明書の英日翻訳",
    scope="流量計の取扱説明書(英文、約12,000語)を日本語に訳し、用語集を添えて納めます。", rights="transfer",
    due_on=date(2026, 12, 15), is_remote=True, inspection_days=7, inspected_by=date(2026, 12, 22), revision_limit=2,
    reward_kind="fixed", amount_yen=120_000, is_tax_included=False, tax_percent=10, withholding="subject",
    fee_yen=120_000, tax_yen=12_000, withheld_yen=12_252, net_yen=119_748,
    pay_rule="monthly", pay_closing_day=31, pay_months=1, pay_day=25,
    paid_on=date(2027, 1, 25), pay_limit_on=date(2027, 2, 12),
    client_agreed_at=datetime(2026, 11, 28, 2, 5, tzinfo=UTC), worker_agreed_at=datetime(2026, 11, 28, 5, tzinfo=UTC),
)  # fmt: skip
LARGEST = replace(
    ORDINARY,
    scope="流量計の取扱説明書を訳し、用語集を添えて納めます。" * 200,
    milestones=tuple(
        Milestone(title=f"第{number}章の訳文", due_on=date(2026, 12, 15), amount_yen=1_200) for number in range(1, 101)
    ),
)
SAMPLES = {"an ordinary one": ORDINARY, "one of 5,000 characters and 100 milestones": LARGEST}


def numbered(notice: Notice, number: int) -> Notice:
    """The same contract of somebody else: what was typeset before must not help."""
    worker = replace(notice.worker, name=f"高瀬 律{number}")
    return replace(notice, number=f"MU-{number:06}-1", worker=worker, scope=f"{number}. {notice.scope}")


def page_of(notice: Notice) -> str:
    """The same words as a page for the browser."""

    def section(part: Section) -> str:
        rows = "".join(f"<tr><th>{row.label}<td>{html.escape(row.value)}<br>{row.note}" for row in part.rows)
        body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}" for cell in cells) for cells in part.body)
        return f"<h2>{part.title}</h2><table>{rows}</table><table>{body}</table>"

    style = f"@font-face{{font-family:N;src:url(file://{FONTS}/NotoSansJP_400Regular.ttf)}}body{{font:9.5pt N}}"
    words = f"<h1>{title_of(notice)}</h1><p>{opening_of(notice)}</p>{''.join(map(section, sections_of(notice)))}"
    return f"<html lang=ja><style>{style}</style><body>{words}"


def told(name: str, way: str, taken: list[Took]) -> None:
    """Print one row of the table."""
    wall, processor = [each.wall for each in taken], [each.processor for each in taken]
    print(
        f"| {name} | {way} | {statistics.median(wall):.0f} | {percentile(wall, 0.95):.0f} | {max(wall):.0f}"
        f" | {statistics.median(processor):.0f} |",
        flush=True,
    )


def first_calls(times: int) -> None:
    """The first notice of a process, whose letters and library nobody has read yet."""
    taken = []
    for _ in range(times):
        said = subprocess.run([sys.executable, "-m", "benchmarks.notice", FIRST], capture_output=True, check=True)
        processor, wall = map(float, said.stdout.split())
        taken.append(Took(processor, wall))
    told("an ordinary one", "the first of a process", taken)


def by_browser(times: int) -> None:
    """What a browser takes that is running already; its processor time is not ours."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()

        def printed(notice: Notice) -> bytes:
            page.set_content(page_of(notice))
            return page.pdf(format="A4", tagged=True)

        measured(times, "by a running browser", printed)
        browser.close()


def measured(times: int, way: str, deed: Callable[[Notice], Any]) -> None:
    """Measure each sample, another contract each time."""
    for name, sample in SAMPLES.items():
        told(name, way, [timed(partial(deed, numbered(sample, number))) for number in range(times)])


def memory(times: int) -> None:
    """How much a process grows."""
    process = psutil.Process()
    before = process.memory_info().rss
    for number in range(times):
        render(numbered(ORDINARY, number), "ja")
    grown = (process.memory_info().rss - before) // 1_000_000
    print(f"\n{times:,} further ones let the process grow by {grown} MB.", flush=True)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(prog="bench notice", description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    times = parser.parse_args().times
    print("| notice | way | p50 ms | p95 ms | most ms | processor ms |\n|---|---|---|---|---|---|", flush=True)
    first_calls(10)
    measured(times, "in the process", lambda notice: render(notice, "ja"))
    by_browser(max(times // 3, 3))
    memory(times * 40)


if __name__ == "__main__":
    if FIRST in sys.argv:
        took = timed(lambda: render(ORDINARY, "ja"))
        print(took.processor, took.wall)
    else:
        main()
