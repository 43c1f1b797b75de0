"""The picture in the profile form."""

from typing import Any

import pytest
from flask import Flask

from marketplace import limits
from marketplace.accounts.models import Member
from tests.blueprints.profile_form import saved, upload
from tests.marketplace.uploads import picture
from tests.visit import Visitors


def test_a_picture_is_written_anew_and_shown(visit: Visitors, app: Flask, ana: Member) -> None:
    visit.as_(ana).open("profiles.edit").submit("更新をする", files=upload(picture("JPEG")))
    page = visit.as_(ana).open("profiles.edit")
    address = str(page.soup.select_one(".upload img.face")["src"])
    answer = visit.open("profiles.show", username="ana").browser.client.get(address, base_url="http://localhost")
    assert answer.mimetype == "image/webp"
    assert answer.data[8:12] == b"WEBP"
    assert answer.headers["Cache-Control"] == "private, max-age=86400"
    page.submit("更新をする", removes_picture="y")
    assert visit.open("profiles.show", username="ana").soup.select_one("img.face") is None
    assert visit.anonymous.client.get(address, base_url="http://localhost").status_code == 404


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GIF89a" + bytes(100), 415),
        (b"\xff\xd8\xffbroken", 422),
        (b"\xff\xd8\xff" + bytes(10 * 1024 * 1024), 413),
    ],
)
def test_what_is_no_picture_is_refused_and_nothing_else_is_saved(
    visit: Visitors, app: Flask, ana: Member, data: bytes, status: int
) -> None:
    page = visit.as_(ana).open("profiles.edit").submit("更新をする", files=upload(data), nickname="別名")
    assert page.status == status
    assert page.value("nickname") == "別名"
    assert page.soup.select_one(".error-summary a[href='#picture']")
    assert saved(app, ana).nickname == "Ana"


def test_a_picture_sent_with_a_mistake_has_to_be_chosen_again_and_the_page_says_so(
    visit: Visitors, ana: Member
) -> None:
    page = visit.as_(ana).open("profiles.edit").submit("更新をする", files=upload(picture()), nickname="")
    assert page.status == 422
    assert "もう一度選んでください。" in page.text


def test_pictures_are_not_taken_without_end(
    visit: Visitors, app: Flask, ana: Member, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "limits", limits.Limiter(tmp_path / "limits.db", 1 / 30))
    form = visit.as_(ana).open("profiles.edit")
    form = form.submit("更新をする", files=upload(picture()))
    page = form.submit("更新をする", files=upload(picture()), nickname="別名")
    assert page.status == 429
    assert page.value("nickname") == "別名"
    assert page.response.headers["Retry-After"]


def test_a_picture_lost_to_a_conflict_is_named(visit: Visitors, ana: Member) -> None:
    one, other = visit.as_(ana).open("profiles.edit"), visit.as_(ana).open("profiles.edit")
    one.submit("更新をする", headline="ひとつめ")
    page = other.submit("更新をする", files=upload(picture()), headline="ひとつめ")
    assert page.status == 409
    assert "新しく選んだ画像" in page.text
    assert "画像だけは、もう一度選ぶ必要があります。" in page.text
