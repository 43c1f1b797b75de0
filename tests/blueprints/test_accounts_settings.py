"""Changing the address, what its mails allow, and the mails of accounts themselves."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from blueprints.accounts import settings
from marketplace import db
from marketplace.accounts import zones
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.events.kinds import EventKind
from tests.blueprints.account_settings import (
    NEW,
    Post,
    ask_for,
    ask_for_reset,
    change_email,
    change_password,
    email_of,
    kinds_of,
    sign_in,
)
from tests.factories.members import PASSWORD
from tests.visit import Browser, Visitors

# The address


def test_a_new_address_counts_once_its_link_is_pressed(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    browser = visit.as_(ana)
    asked = ask_for(browser, "Ana.New@example.com")
    assert "24時間のうちに開いてください" in asked.text
    assert "ana.new@example.comの確認を待っています" in asked.text
    mail = post().newest("ana.new@example.com")
    assert post().to("ana@example.com") == []
    page = browser.open_path(mail.path)
    assert page.find_all("main button") == ["メールアドレスを確認する"]
    assert email_of(app, ana) == "ana@example.com"
    done = page.submit("メールアドレスを確認する")
    assert done.path == "/settings/account"
    assert email_of(app, ana) == "ana.new@example.com"
    assert kinds_of(app, ana) == [EventKind.EMAIL_CHANGED]
    assert page.submit("メールアドレスを確認する").status == 404
    told = post().newest("ana@example.com")
    assert "取り消す" in told.text
    assert told.path.startswith("/email/undo/")


def test_the_current_password_is_needed_for_a_new_address(visit: Visitors, post: Post, ana: Member) -> None:
    page = ask_for(visit.as_(ana), "new@example.com", "wrong horse battery")
    assert page.status == 422
    assert "現在のパスワードを確かめて" in page.errors()["password"]
    assert page.value("email") == "new@example.com"
    assert post().mails == []


def test_every_other_session_ends_with_a_new_address(app: Flask, post: Post, ana: Member) -> None:
    here, there = Browser(app), Browser(app)
    assert sign_in(here)
    assert sign_in(there)
    change_email(app, post, here, "new@example.com")
    assert here.open("accounts.account").path == "/settings/account"
    assert there.open("accounts.account").path.startswith("/login")
    assert sign_in(there, "new@example.com")


def test_the_link_may_be_opened_where_nobody_is_signed_in(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    ask_for(visit.as_(ana), "new@example.com")
    phone = Browser(app)
    assert phone.open_path(post().newest("new@example.com").path).submit("メールアドレスを確認する").path == "/login"
    assert email_of(app, ana) == "new@example.com"


def test_another_member_cannot_take_the_link_for_their_own(
    app: Flask, visit: Visitors, post: Post, ana: Member, ben: Member
) -> None:
    ask_for(visit.as_(ana), "new@example.com")
    path = post().newest("new@example.com").path
    page = visit.as_(ben).open_path(path)
    assert "いまログインしている会員のものではありません" in page.text
    assert page.find_all("main form button") == []
    assert visit.as_(ben).post(path).status == 403
    assert email_of(app, ana) == "ana@example.com"


def test_only_the_newest_request_counts(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    ask_for(visit.as_(ana), "first@example.com")
    first = post().newest("first@example.com").path
    ask_for(visit.as_(ana), "second@example.com")
    second = post().newest("second@example.com").path
    assert visit.as_(ana).open_path(first).status == 404
    assert visit.as_(ana).post(first).status == 404
    visit.as_(ana).open_path(second).submit("メールアドレスを確認する")
    assert email_of(app, ana) == "second@example.com"


def test_the_link_to_a_new_address_works_for_24_hours(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    ask_for(visit.as_(ana), "new@example.com")
    path = post().newest("new@example.com").path
    with time_machine.travel(now() + timedelta(hours=24, minutes=1)):
        assert visit.as_(ana).open_path(path).status == 404
        assert "確認を待っています" not in visit.as_(ana).open("accounts.account").text
    assert visit.as_(ana).open_path(path).status == 200


def test_the_old_address_takes_the_change_back_for_7_days(app: Flask, post: Post, ana: Member) -> None:
    thief, owner = Browser(app), Browser(app)
    sign_in(thief)
    change_email(app, post, thief, "thief@example.com")
    undo = post().newest("ana@example.com").path
    with time_machine.travel(now() + timedelta(days=6, hours=23)):
        page = owner.open_path(undo)
        assert page.find_all("main button") == ["変更を取り消す"]
        assert email_of(app, ana) == "thief@example.com"
        done = page.submit("変更を取り消す")
        assert done.path == "/password/forgot"
        assert "もとのメールアドレスに戻し" in done.text
        assert email_of(app, ana) == "ana@example.com"
        assert thief.open("accounts.account").path.startswith("/login"), "every session ends"
        assert owner.open_path(undo).status == 404
    assert kinds_of(app, ana)[-1] == EventKind.EMAIL_CHANGE_UNDONE


def test_after_7_days_the_change_stays(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    change_email(app, post, visit.as_(ana), "new@example.com")
    undo = post().newest("ana@example.com").path
    with time_machine.travel(now() + timedelta(days=7, minutes=1)):
        assert visit.open("home.index").browser.open_path(undo).status == 404


def test_undoing_cancels_every_later_change(app: Flask, post: Post, ana: Member) -> None:
    thief = Browser(app)
    sign_in(thief)
    change_email(app, post, thief, "one@example.com")
    undo_of_owner = post().newest("ana@example.com").path
    change_email(app, post, thief, "two@example.com")
    undo_of_thief = post().newest("one@example.com").path
    ask_for(thief, "three@example.com")
    pending = post().newest("three@example.com").path
    Browser(app).open_path(undo_of_owner).submit("変更を取り消す")
    assert email_of(app, ana) == "ana@example.com"
    for path in (undo_of_thief, pending):
        assert Browser(app).open_path(path).status == 404
        assert Browser(app).post(path).status == 404
    assert email_of(app, ana) == "ana@example.com"


def test_a_taken_address_is_told_so_by_mail_alone(visit: Visitors, post: Post, ana: Member, ben: Member) -> None:
    known = ask_for(visit.as_(ana), "ben@example.com")
    post()
    unknown = ask_for(visit.as_(ana), "eva@example.com")
    assert known.status == unknown.status
    assert known.text.replace("ben@", "") == unknown.text.replace("eva@", "")
    box = post()
    assert "すでに会員登録があります" in box.newest("ben@example.com").text
    assert "/email/confirm/" not in box.newest("ben@example.com").text


def test_a_known_new_address_costs_what_an_unknown_one_costs(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member
) -> None:
    known = ask_for(visit.as_(ana), "cleo@example.com")
    unknown = ask_for(visit.as_(ben), "evas@example.com")
    assert known.statements == unknown.statements


def test_an_address_that_may_still_be_taken_back_is_taken(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    change_email(app, post, visit.as_(ana), "new@example.com")
    page = visit.open("accounts.register").submit(
        "会員登録", username="squatter", email="ana@example.com", password=NEW
    )
    assert page.path == "/register/sent"
    assert "すでに会員登録があります" in post().newest("ana@example.com").text
    with time_machine.travel(now() + timedelta(days=8)):
        visit.open("accounts.register").submit("会員登録", username="later-1", email="ana@example.com", password=NEW)
        assert post().newest("ana@example.com").path.startswith("/register/confirm/")


def test_ones_own_old_address_may_be_chosen_again(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    change_email(app, post, visit.as_(ana), "new@example.com")
    change_email(app, post, visit.as_(ana), "ana@example.com")
    assert email_of(app, ana) == "ana@example.com"


def test_an_address_that_became_anothers_meanwhile_is_refused(
    app: Flask, visit: Visitors, post: Post, ana: Member, ben: Member
) -> None:
    ask_for(visit.as_(ana), "wanted@example.com")
    path = post().newest("wanted@example.com").path
    change_email(app, post, visit.as_(ben), "wanted@example.com")
    page = visit.as_(ana).post(path)
    assert page.status == 409
    assert email_of(app, ana) == "ana@example.com"


def test_the_same_address_is_no_change(visit: Visitors, post: Post, ana: Member) -> None:
    page = ask_for(visit.as_(ana), "ANA@example.com")
    assert page.status == 409
    assert "いまのメールアドレスと同じ" in page.errors()["email"]


def test_a_new_password_cancels_a_change_of_address_that_waits(visit: Visitors, post: Post, ana: Member) -> None:
    ask_for(visit.as_(ana), "new@example.com")
    path = post().newest("new@example.com").path
    change_password(visit.as_(ana))
    assert visit.as_(ana).open_path(path).status == 404


# Language and time zone


def test_a_member_chooses_language_and_time_zone(app: Flask, visit: Visitors, ana: Member) -> None:
    with time_machine.travel(datetime(2026, 11, 24, 3, 0, tzinfo=UTC), tick=False):
        page = visit.as_(ana).open("accounts.account")
        assert page.value("time_zone") == "Asia/Tokyo"
        paris = page.submit("表示を変更する", time_zone="Europe/Paris")
        assert "表示を変更しました。" in paris.find_all(".flash")
        assert "いまは11月24日(火) 4:00(中央ヨーロッパ時間)です。" in paris.text
        assert paris.value("time_zone") == "Europe/Paris"
        english = paris.submit("表示を変更する", language="en", time_zone="Asia/Kolkata")
        assert english.soup.html["lang"] == "en"  # type: ignore[index]
        assert "Your display settings have been changed." in english.find_all(".flash")
        assert "It is now Tue, Nov 24 8:30 (India Time)." in english.text
        assert english.submit("Log out").soup.html["lang"] == "en"  # type: ignore[index]


def test_zones_are_offered_by_parts_of_the_world_with_that_of_japan_first(visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("accounts.account")
    groups = {
        str(group["label"]): [one.text for one in group.select("option")] for group in page.soup.select("optgroup")
    }
    assert list(groups)[:2] == ["日本", "アジア"]
    assert groups["日本"] == ["東京"]
    assert "東京" not in groups["アジア"]
    assert {"ソウル", "コルカタ"} <= {*groups["アジア"]}
    assert sum(map(len, groups.values())) == len(zones.names()) > 400
    english = page.submit("English")
    assert {"Japan", "Europe"} <= {str(group["label"]) for group in english.soup.select("optgroup")}


@pytest.mark.parametrize("zone", ["Mars/Phobos", "", "../../etc/passwd", "UTC+9"])
def test_a_zone_that_is_nowhere_is_refused_at_its_field(app: Flask, visit: Visitors, ana: Member, zone: str) -> None:
    page = visit.as_(ana).open("accounts.account").submit("表示を変更する", time_zone=zone)
    assert page.status == 422
    assert "time_zone" in page.errors()
    with app.app_context():
        assert db.db.session.get_one(Member, ana.id).time_zone == "Asia/Tokyo"


def test_a_mail_says_its_times_with_their_zone(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    with time_machine.travel(datetime(2026, 11, 24, 3, 0, tzinfo=UTC), tick=False):
        change_email(app, post, visit.as_(ana), "new@example.com")
        assert "12月1日(火) 12:00(日本時間)までに" in post().newest("ana@example.com").text


# Devices


def test_many_devices_are_not_all_shown_but_this_one_is(
    app: Flask, visit: Visitors, ana: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = visit.as_(ana)
    for _number in range(4):
        sign_in(Browser(app))
    assert "を表示しています" not in here.open("accounts.account").text
    monkeypatch.setattr(settings, "SESSIONS_SHOWN", 3)
    page = here.open("accounts.account")
    assert page.find_all("main .rows > li .tag") == ["この端末"]
    assert len(page.find_all("main .rows > li")) == 3
    assert "新しいものから3台を表示しています。" in page.text
    rest = page.submit("ほかの端末をすべてログアウトさせる")
    assert len(rest.find_all("main .rows > li")) == 1
    assert "を表示しています" not in rest.text


# The mails themselves


def test_every_mail_has_both_parts_one_reader_and_the_deed_first(
    app: Flask, visit: Visitors, post: Post, ana: Member
) -> None:
    visit.open("accounts.register").submit("会員登録", username="hanako", email="hanako@example.com", password=NEW)
    visit.open("accounts.register").submit("会員登録", username="jiro-x", email="ana@example.com", password=NEW)
    ask_for_reset(visit)
    post()
    change_email(app, post, visit.as_(ana), "new@example.com")
    change_password(visit.as_(ana))
    box = post()
    firsts = {mail.path.rsplit("/", 1)[0] + "/" for mail in box.mails}
    assert firsts == {"/register/confirm/", "/", "/password/reset/", "/email/confirm/", "/email/undo/", "/password/"}
    for mail in box.mails:
        assert len(mail.to) == 1
        assert all(link.startswith("http://localhost") for link in mail.links)
        assert mail.links[0] in mail.html
        assert mail.message["Auto-Submitted"] == "auto-generated"
        assert mail.subject.endswith("| 結び")
        assert PASSWORD not in mail.text
        assert NEW not in mail.text
        assert mail.text.count("http://") >= 2


def test_mails_about_what_is_over_are_not_sent(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    ask_for(visit.as_(ana), "new@example.com")
    visit.open("accounts.register").submit("会員登録", username="hanako", email="hanako@example.com", password=NEW)
    with time_machine.travel(now() + timedelta(hours=25)):
        assert post().mails == []


def test_pages_of_the_settings_cost_a_fixed_number_of_statements(app: Flask, visit: Visitors, ana: Member) -> None:
    one = visit.as_(ana).open("accounts.account")
    for _number in range(10):
        sign_in(Browser(app))
    many = visit.as_(ana).open("accounts.account")
    assert len(many.find_all("main .rows > li")) == 11
    assert one.statements == many.statements <= 5
