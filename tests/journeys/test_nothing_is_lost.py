"""What stands in a form outlives a refusal, a slip of the hand, and signing in again in another window."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from marketplace.accounts.models import Member
from tests.factories.members import PASSWORD
from tests.journeys.people import Person, Street
from tests.looks.deeds import settle
from tests.marketplace.uploads import PDF

pytestmark = pytest.mark.real_commits

DUTIES = "計測機器の取扱説明書を、十年のあいだ訳しました。"


def comes(street: Street) -> Person:
    """Let Ana come and sign in."""
    person = street.someone("ana")
    person.goes_to("/login")
    person.writes(email=person.email, password=PASSWORD)
    person.presses("ログイン")
    expect(person.page).not_to_have_url("/login")
    return person


def files(folder: Path, number: int, megabytes: int) -> list[Path]:
    """Lay so many files on the disk: the browser reads them there, in a moment."""
    paths = [folder / f"{n}.pdf" for n in range(number)]
    for path in paths:
        path.write_bytes(PDF + bytes(megabytes * 2**20 - len(PDF)))
    return paths


def test_files_that_are_too_many_together_are_refused_before_they_are_sent(
    street: Callable[..., Street], ana: Member, tmp_path: Path
) -> None:
    person = comes(street())
    person.goes_to("/settings/careers")
    settle(person.page)
    picker, state = person.page.locator("main [name=files]"), person.page.locator(".upload-state")
    picker.set_input_files(files(tmp_path, 2, 18))
    said = "一度に送れるのは合わせて30 MBまでです。選ばれたファイルは合わせて36 MBです。数回に分けて選んでください。"
    expect(state).to_have_text(said)
    expect(person.page.locator("#announcer")).to_have_text(said)
    assert picker.evaluate("input => input.files.length") == 0
    picker.set_input_files(files(tmp_path, 2, 1))
    expect(state).to_contain_text("1.pdf / 1 MB")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_answer_without_a_form_leaves_the_page_with_what_was_typed(
    street: Callable[..., Street], ana: Member, tmp_path: Path
) -> None:
    person = comes(street())
    page = person.page
    person.goes_to("/settings/careers")
    settle(page)
    person.writes(company="桂川翻訳", duties=DUTIES)
    page.evaluate("document.querySelector('main [data-upload]').dataset.maxTotal = 2 ** 40")
    page.locator("main [name=files]").set_input_files(files(tmp_path, 2, 17))
    person.presses("登録する")
    kept_after_a_refusal(page)

    page.locator("main [name=files]").set_input_files(files(tmp_path, 1, 1))
    refusal = "<main><div class='error-page'><h1>表示できませんでした</h1><p>番号を添えて</p></div></main>"
    page.route("**/settings/careers", lambda route: route.fulfill(status=500, content_type="text/html", body=refusal))
    person.presses("登録する")
    kept_after_a_refusal(page)
    expect(page.locator(".upload-state")).to_contain_text("表示できませんでした")
    expect(page.get_by_role("button", name="登録する")).not_to_have_attribute("aria-busy", "true")


def test_what_is_said_of_a_form_with_a_file_is_said_on_the_next_page(
    street: Callable[..., Street], ana: Member
) -> None:
    person = comes(street())
    page = person.page
    asked = []
    page.on("request", lambda request: asked.append(request.method) if "/edit" in request.url else None)
    person.goes_to("/jobs/new")
    settle(page)
    person.writes(title="取扱説明書の和訳")
    page.locator("main [name=files]").set_input_files(
        {"name": "仕様書.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    person.presses("下書きを保存する")
    expect(page.locator(".flashes")).to_contain_text("下書きを保存しました。")
    expect(page.locator("main .slip")).to_contain_text("仕様書.pdf")
    assert asked == ["GET"], "the next page is opened once"


def kept_after_a_refusal(page: Page) -> None:
    expect(page.locator(".upload-state")).to_contain_text("送れませんでした。入力した内容は、この画面に残っています。")
    expect(page.locator("main [name=duties]")).to_have_value(DUTIES)


def test_putting_the_profile_back_can_be_taken_back(street: Callable[..., Street], ana: Member) -> None:
    person = comes(street())
    page = person.page
    person.goes_to("/settings/profile")
    settle(page)
    introduction, choice = page.locator("main [name=introduction]"), page.locator("main [name=weekly_hours]").first
    picker = page.locator("main [name=picture]")
    person.presses("元に戻す")
    expect(page.locator(".undo"), "nothing was lost").to_have_count(0)
    introduction.fill(DUTIES)
    choice.check()
    page.locator("main [name=hometown]").select_option("26")
    picker.set_input_files({"name": "me.png", "mimeType": "image/png", "buffer": b"x"})
    person.presses("元に戻す")
    expect(introduction).to_have_value("")
    toast = page.locator(".undo")
    expect(toast).to_contain_text("入力する前の内容に戻しました。")
    toast.get_by_role("button", name="取り消す").click()
    expect(introduction).to_have_value(DUTIES)
    expect(choice).to_be_checked()
    expect(page.locator("main [name=hometown]")).to_have_value("26")
    assert picker.evaluate("input => input.files.length") == 1
    expect(page.locator("main [data-changes-output]")).to_have_text("未保存の変更が4か所あります")


def test_without_script_no_button_empties_the_profile(street: Callable[..., Street], ana: Member) -> None:
    person = comes(street(has_javascript=False))
    person.goes_to("/settings/profile")
    expect(person.page.get_by_text("元に戻す", exact=True)).to_be_hidden()


def test_signing_in_again_in_another_window_costs_nothing(
    street: Callable[..., Street], ana: Member, has_javascript: bool
) -> None:
    person = comes(street(has_javascript=has_javascript))
    person.goes_to("/settings/skills")
    typing, other = person.page, person.context.new_page()
    person.writes(name="校正", started_on="2015-04")
    typing.locator("main [name=level]").first.check()
    person.page = other
    person.goes_to("/")
    other.locator("form[action$=logout] button").first.evaluate("button => button.form.requestSubmit()")
    expect(other.get_by_role("link", name="ログイン").first).to_be_visible()
    person.goes_to("/login")
    person.writes(email=person.email, password=PASSWORD)
    person.presses("ログイン")
    expect(other).not_to_have_url("/login")
    person.page = typing
    person.presses("登録する")
    person.sees("Anaさんとして送ります。")
    person.presses("もう一度送る")
    person.sees("「校正」を登録しました。")
