"""Messages that appear by themselves and drafts that wait: in real browsers, while the program ends and begins anew."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Route, expect
from sqlalchemy import func, select

from marketplace import db
from marketplace.accounts.models import Draft, Member
from marketplace.messages import queries, service, watching
from marketplace.messages.watching import MOST_STREAMS_A_MEMBER
from tests.conftest import SECRET, make_settings
from tests.factories.members import MemberFactory
from tests.journeys.people import Person, Street, comes
from tests.mailbox import Mailbox
from tests.marketplace.uploads import PDF
from tests.programs import answers, free_port, is_gone, wait_for
from wsgi import create_app

pytestmark = [pytest.mark.real_commits, pytest.mark.both_databases]

ROOT = Path(__file__).parent.parent.parent
WITHIN = 2.0
"""How many seconds a message may take from the press of the button to the other's screen."""


def begin(app: Flask, sender: Member, recipient: Member, messages: int = 1) -> int:
    with app.app_context(), db.writing():
        number = service.start(sender, recipient, "図版の件", "はじめまして。", "once-of-the-first")
        thread = queries.get_for(sender, number)
        for index in range(1, messages):
            service.reply(sender, thread, f"{index}つ前に書いたものです。\n" * 3, f"once-of-number-{index}")
        db.commit()
    return number


def answers_with(person: Person, words: str) -> None:
    person.writes(body=words)
    person.presses("確認する")
    expect(person.page.get_by_role("heading", name="この内容で送信します")).to_be_visible()
    person.presses("送信")


def opens(person: Person, path: str) -> None:
    """Open a page, and wait until it listens."""
    with person.page.expect_response("**/messages/stream") as stream:
        person.goes_to(path)
    assert stream.value.status == 200


def unread(person: Person, place: str = "bar") -> str:
    return person.page.locator(f"#unread-{place}").inner_text().replace("未読", "").strip()


def appears(person: Person, words: str, begun: float, within: float = WITHIN) -> float:
    """Expect a new message in the open thread; return how long it took, waited for without a reload."""
    person.page.locator(".log .bubble", has_text=words).wait_for(timeout=within * 1000)
    return time.monotonic() - begun


def drafts_of(app: Flask) -> int:
    with app.app_context():
        return db.db.session.scalar(select(func.count()).select_from(Draft)) or 0


def resting_place(locator: Locator) -> object:
    """Return where it stands when the page has stopped scrolling."""
    places: list[object] = []

    def rests() -> bool:
        time.sleep(0.1)
        places.append(locator.bounding_box())
        return places[-2:-1] == places[-1:]

    wait_for(rests, 5)
    return places[-1]


def test_a_message_appears_on_the_others_open_pages_and_counts_as_read_where_it_is_seen(
    app: Flask, street: Callable[..., Street], ana: Member, ben: Member, cleo: Member
) -> None:
    number = begin(app, ana, ben)
    begin(app, cleo, ben)
    house = street()
    writer, reader = comes(app, house, ana), comes(app, house, ben)
    opens(writer, f"/messages/{number}")
    opens(reader, "/messages")
    assert [unread(reader, place) for place in ("bar", "title")] == ["2", "2"]
    begun = time.monotonic()
    answers_with(writer, "図版3-2をお送りします。")
    first = reader.page.locator(".thread-row").first
    expect(first).to_contain_text("図版3-2をお送りします。", timeout=WITHIN * 1000)
    expect(first).to_contain_text("未読2")
    expect(reader.page).to_have_title("(3) メッセージ | 結び")
    print(f"in the list after {time.monotonic() - begun:.2f} s")

    opens(reader, f"/messages/{number}")
    expect(reader.page.locator("#unread-bar")).to_have_text("未読1")
    begun = time.monotonic()
    answers_with(writer, "もう一つあります。")
    print(f"in the thread after {appears(reader, 'もう一つあります。', begun):.2f} s")
    expect(reader.page.locator(f"#unread-{number}")).to_have_count(0)
    expect(reader.page.locator("#unread-bar")).to_have_text("未読1")
    assert reader.page.locator(".log .bubble", has_text="もう一つあります。").count() == 1
    assert reader.page.locator(".log .day").count() == 1


def test_a_file_in_a_thread_says_how_far_it_is_and_arrives(
    app: Flask, street: Callable[..., Street], ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben)
    house = street()
    writer, reader = comes(app, house, ana), comes(app, house, ben)
    opens(writer, f"/messages/{number}")
    opens(reader, f"/messages/{number}")
    file = PDF.replace(b"1 0 obj", b"%" + b"x" * (2**20 * 2 // 5) + b"\n1 0 obj")
    picker = writer.page.locator("main [name=files]")
    picker.set_input_files({"name": "図版3-2.pdf", "mimeType": "application/pdf", "buffer": file})
    wire = writer.context.new_cdp_session(writer.page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 150_000}
    wire.send("Network.emulateNetworkConditions", slow)
    writer.writes(body="図版をお送りします。")
    writer.presses("確認する")
    expect(writer.page.locator(".upload-state").get_by_role("progressbar")).to_be_visible()
    expect(writer.page.locator("#announcer")).to_have_text("50%まで送りました", timeout=15_000)
    expect(writer.page.get_by_role("heading", name="この内容で送信します")).to_be_visible(timeout=15_000)
    expect(writer.page.locator("main")).to_contain_text("図版3-2.pdf")
    writer.presses("送信")
    expect(reader.page.locator(".log")).to_contain_text("図版3-2.pdf", timeout=15_000)
    answers_with(reader, "届きました。")
    expect(writer.page.locator(".log")).to_contain_text("届きました。", timeout=15_000)


def test_what_one_reads_stays_in_its_place_while_messages_come(
    app: Flask, street: Callable[..., Street], ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben, messages=20)
    house = street()
    writer, reader = comes(app, house, ana), comes(app, house, ben)
    opens(writer, f"/messages/{number}")
    opens(reader, f"/messages/{number}")
    page = reader.page
    button = page.get_by_role("link", name="新しいメッセージ")
    answers_with(writer, "上を読んでいる間に届きました。")
    expect(button).to_be_visible()
    assert page.evaluate("window.scrollY") == 0
    expect(page.locator("#unread-bar")).to_have_text("未読1")
    button.click()
    expect(page.locator(".message").last).to_be_in_viewport()
    expect(button).to_be_hidden()
    expect(page.locator("#unread-bar")).not_to_have_text("未読1")

    page.locator("main [name=body]").focus()
    place = resting_place(page.locator("main [name=body]"))
    answers_with(writer, "書いている間に届きました。")
    expect(page.locator(".message").last).to_contain_text("書いている間に届きました。")
    assert resting_place(page.locator("main [name=body]")) == place, "what one types in does not move"
    expect(page.locator(".message").last).to_be_in_viewport()
    expect(button).to_be_hidden()


@pytest.mark.prove
def test_ones_own_message_appears_in_another_tab_and_more_tabs_than_streams_go_on_asking(
    app: Flask, street: Callable[..., Street], ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben)
    writer = comes(app, street(), ana)
    tabs = [writer.context.new_page() for _number in range(MOST_STREAMS_A_MEMBER)]
    for tab in tabs:
        with tab.expect_response("**/messages/stream"):
            tab.goto(f"/messages/{number}")
    opens(writer, f"/messages/{number}")
    answers_with(writer, "別の画面から書きました。")
    for tab in reversed(tabs):
        # The oldest was sent away and asks every few seconds.
        tab.locator(".log .bubble", has_text="別の画面から書きました。").wait_for(timeout=8000)


@pytest.mark.prove
@pytest.mark.parametrize("reason", ["the server has no thread to spare", "the browser knows no streams"])
def test_without_a_stream_the_page_asks_from_time_to_time(
    app: Flask, street: Callable[..., Street], ana: Member, ben: Member, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = begin(app, ana, ben)
    house = street()
    writer, reader = comes(app, house, ana), comes(app, house, ben)
    if reason == "the browser knows no streams":
        reader.context.add_init_script("delete window.EventSource")
    else:
        monkeypatch.setattr(watching, "MOST_STREAMS", 0)
    writer.goes_to(f"/messages/{number}")
    for path, place in [(f"/messages/{number}", ".log .bubble"), ("/messages", ".thread-row")]:
        reader.goes_to(path)
        begun = time.monotonic()
        answers_with(writer, f"届きますか。{path}")
        reader.page.locator(place, has_text=f"届きますか。{path}").first.wait_for()
        print(f"{reason}: after {time.monotonic() - begun:.2f} s")


def test_a_draft_survives_a_closed_browser_and_is_forgotten_when_it_is_sent(
    app: Flask, street: Callable[..., Street], ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben)
    house = street()
    writer = comes(app, house, ben)
    writer.goes_to(f"/messages/{number}")
    writer.page.locator("main [name=body]").press_sequentially("書きかけの返事です")
    expect(writer.page.get_by_text("下書きを保存しました。")).to_be_visible(timeout=4000)
    writer.context.close()

    later = comes(app, street(width=390), ben)
    later.goes_to(f"/messages/{number}")
    expect(later.page.locator("main [name=body]")).to_have_value("書きかけの返事です")
    later.sees("下書きを戻しました。")
    answers_with(later, "書きかけの返事です。")
    later.sees("送信しました。")
    later.goes_to(f"/messages/{number}")
    expect(later.page.locator("main [name=body]")).to_have_value("")


def test_what_was_typed_before_the_scripts_came_is_saved_too(
    app: Flask, street: Callable[..., Street], ana: Member, ben: Member
) -> None:
    writer = comes(app, street(), ben)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    writer.page.route("**/drafts.js*", hold)
    with writer.page.expect_request("**/drafts.js*"):
        writer.page.goto("/messages/new?to=ana")
    writer.page.locator("main [name=body]").fill("早く書きはじめました")
    held[0].continue_()
    expect(writer.page.get_by_text("下書きを保存しました。")).to_be_visible(timeout=4000)


def test_what_was_typed_last_of_all_is_saved_when_the_page_goes_out_of_sight(
    app: Flask, street: Callable[..., Street], ana: Member, ben: Member
) -> None:
    writer = comes(app, street(), ben)
    writer.goes_to("/messages/new?to=ana")
    writer.writes(title="急ぎの件", body="すぐに閉じます")
    writer.goes_to("/")
    wait_for(lambda: drafts_of(app) == 1, 5)
    writer.goes_to("/messages/new?to=ana")
    expect(writer.page.locator("main [name=title]")).to_have_value("急ぎの件")
    writer.follows_link("下書きを消す")
    writer.presses("下書きを消す")
    expect(writer.page.locator("main [name=title]")).to_have_value("")


# The program ends and begins anew


@dataclass
class Program:
    """The whole program at one address, as often as it is started."""

    environ: dict[str, str]
    output: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where it is found."""
        return f"http://127.0.0.1:{self.environ['PORT']}"

    def start(self) -> None:
        """Start, and return when it answers."""
        with self.output.open("ab") as file:
            command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
            process = subprocess.Popen(command, cwd=ROOT, env=os.environ | self.environ, stdout=file, stderr=file)
        self.processes.append(process)
        wait_for(lambda: process.poll() is not None or answers(f"{self.address}/healthz"), 90)
        assert process.poll() is None, self.output.read_text(encoding="utf-8")

    def stop(self) -> None:
        """End it, and return when it has ended."""
        family = psutil.Process(self.processes[-1].pid).children(recursive=True)
        self.processes[-1].terminate()
        self.processes[-1].wait(5)
        wait_for(lambda: all(map(is_gone, family)), 5)


@pytest.fixture
def program(tmp_path: Path, blank_database: Callable[[Path, str], str]) -> Iterator[Program]:
    environ = {
        "MARKETPLACE_DATA_DIR": str(tmp_path),
        "DATABASE_URL": blank_database(tmp_path, f"begun_anew_{abs(hash(tmp_path))}"),
        "SECRET_KEY": SECRET,
        "DEMO": "0",
        "PORT": str(free_port()),
    }
    program = Program(environ, tmp_path / "output")
    yield program
    for process in program.processes:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.mark.prove
@pytest.mark.parametrize("away", [0, 8])
def test_open_pages_go_on_when_the_program_begins_anew(
    program: Program, browser: Browser, mailbox: Mailbox, tmp_path: Path, away: int
) -> None:
    app = create_app(make_settings(tmp_path, program.environ["DATABASE_URL"]))
    make_member = MemberFactory(app)
    ana, ben = (make_member(name, worker=True) for name in ("ana", "ben"))
    number = begin(app, ana, ben)
    program.start()
    house = Street(browser, program.address, mailbox, has_javascript=True, width=1280, dark=False)
    writer, reader = comes(app, house, ana), comes(app, house, ben)
    opens(writer, f"/messages/{number}")
    opens(reader, f"/messages/{number}")
    begun = time.monotonic()
    answers_with(writer, "はじめの一通です。")
    print(f"before: after {appears(reader, 'はじめの一通です。', begun):.2f} s")
    reader.writes(body="書きかけの返事です")
    writer.writes(body="次の一通です。")

    program.stop()
    time.sleep(away)
    with app.app_context(), db.writing():
        service.reply(ana, queries.get_for(ana, number), "止まっている間に書きました。", "once-while-it-was-away")
        db.commit()
    program.start()
    begun = time.monotonic()
    print(f"caught up: after {appears(reader, '止まっている間に書きました。', begun, 15):.2f} s")
    answers_with(writer, "次の一通です。")
    begun = time.monotonic()
    print(f"after: after {appears(reader, '次の一通です。', begun):.2f} s")
    expect(reader.page.locator("main [name=body]")).to_have_value("書きかけの返事です")
    said = reader.page.locator(".log .bubble p").all_inner_texts()
    assert [words for words in said if "一通" in words or "止まって" in words] == [
        "はじめの一通です。",
        "止まっている間に書きました。",
        "次の一通です。",
    ]
    house.close()
    program.stop()
    with app.app_context():
        db.db.engine.dispose()
