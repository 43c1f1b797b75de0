"""The list of pages: an address, who opens it, and what to press until it looks as it should be seen."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from marketplace.demo.sign_ins import PASSWORD
from tests.architecture.sources import ROOT
from tests.looks.deeds import (
    GUARDED,
    ask_before_blocking,
    choose_wrongly,
    explore,
    fail_second_step,
    have_a_receipt_checked,
    look_into,
    lose_the_team_to_another_page,
    lose_to_another_page,
    pass_first_step,
    press,
    send,
    send_no_address,
    send_with_an_old_token,
    stop_following,
    type_in,
)

VISITOR = ""
MEMBER = "kotoha-miyake"
"""Has everything: a published profile, friends, threads."""
CLIENT = "tomo-client"
"""Wrote to workers, and has published nothing."""
NEWCOMER = "hajime"
"""Was confirmed a moment ago."""
MODERATOR = "hitomi-kinoshita"
"""Verifies and settles."""
READING, SIGNING = "taku-enomoto", "haruka-tsurumi"
"""On the way to a pledge: one has read it, the other has passed the check, too."""
BLOCKER, BLOCKED = "hanare-shokudo", "shigeru-yoneda"
"""Somebody, and whom they have blocked."""


@dataclass(frozen=True)
class Shown:
    """A page in one state. `path` is filled from `World.values`."""

    name: str
    endpoint: str
    path: str
    who: str = VISITOR
    then: Callable[[Page], None] = lambda page: None
    is_whole: bool = True
    """False when only the window is of interest: a sheet or a menu lies over the page."""
    is_on_paper: bool = False


SHOWS = {"-errors": ".error-summary", "-conflict": ".versions"}
"""What is to be seen on pages whose names end so: without it, the page is in another state than was meant."""

REFUSALS = (400, 401, 403, 405, 409, 413, 415, 422, 429, 500, 503)
MAILS = tuple(sorted(path.parent.name for path in (ROOT / "templates" / "mail").glob("*/subject.txt")))
TEAM = "/teams/tetsuduki-memo"
"""Of which MEMBER is the owner."""
COMPANY = "/companies/minagiwasokki"
"""Of which MEMBER is the owner, too; SOMEBODY belongs to another alone."""
SOMEBODY = "ryo-nagai"
FACTOR = "/settings/account/second-factor"
REPORT = "/messages/{conversation}/messages/{message}/report"
CITIES = ".places-cities:not([open]) summary"
BODY = "英文200ページの取扱説明書です。\n\n納期は来月の末で、図版の差し替えがあります。"

PAGES = (
    Shown("top", "home.index", "/"),
    Shown("about", "home.about", "/about"),
    Shown("terms", "home.terms", "/terms"),
    Shown("privacy", "home.privacy", "/privacy"),
    Shown("search-help", "home.search_help", "/search-help"),
    Shown("visitor-menu", "home.about", "/about", then=press("[popovertarget=visitor-menu]"), is_whole=False),
    Shown("search", "search.workers", "/workers"),
    Shown("search-words", "search.workers", "/workers?q=翻訳"),
    Shown("search-filtered", "search.workers", "/workers?q=翻訳&status=available&online=1&place=26"),
    Shown("search-nothing", "search.workers", "/workers?q=どこにもないことば"),
    Shown("search-way-out", "search.workers", "/workers?q=翻訳&rate_from=900000&online=1"),
    Shown("search-sheet", "search.workers", "/workers", then=press("a[href='#filters']"), is_whole=False),
    Shown("search-preparing", "search.workers", "/looks/preparing"),
    Shown("search-teams", "search.workers", "/workers?kind=teams"),
    Shown("search-teams-words", "search.workers", "/workers?kind=teams&q=翻訳", MEMBER),
    Shown("search-teams-nothing", "search.workers", "/workers?kind=teams&q=どこにもないことば"),
    Shown("search-member", "search.workers", "/workers?q=編集", MEMBER),
    Shown("search-friends", "search.workers", "/workers?friends=1", MEMBER),
    Shown("search-closest", "search.workers", "/workers?order=closest&friends=2", MEMBER),
    Shown("worker", "profiles.show", "/workers/ritsu-takase"),
    Shown("worker-member", "profiles.show", "/workers/ritsu-takase", MEMBER),
    Shown("worker-friend", "profiles.show", "/workers/minori-sato", MEMBER),
    Shown("worker-oneself", "profiles.show", f"/workers/{MEMBER}", MEMBER),
    Shown("worker-print", "profiles.show", "/workers/ritsu-takase", is_on_paper=True),
    Shown("worker-undo", "profiles.show", "/workers/keisetsu", NEWCOMER, stop_following, is_whole=False),
    Shown("register", "accounts.register", "/register"),
    Shown("register-errors", "accounts.register", "/register", then=type_in(username="な", email="a", password="1")),
    Shown("register-sent", "accounts.register_sent", "/register/sent"),
    Shown("register-confirm", "accounts.confirm", "{confirm_registration}"),
    Shown("register-ended", "accounts.confirm", "/register/confirm/used-up"),
    Shown("login", "accounts.login", "/login"),
    Shown("login-errors", "accounts.login", "/login", then=type_in(email="a@example.jp", password="1")),
    Shown("second-step", "accounts.second_step", "/login", then=pass_first_step),
    Shown("second-step-errors", "accounts.second_step", "/login", then=fail_second_step),
    Shown("forgot", "accounts.forgot", "/password/forgot"),
    Shown("forgot-sent", "accounts.forgot_sent", "/password/forgot/sent"),
    Shown("reset", "accounts.reset", "{reset_password}"),
    Shown("reset-errors", "accounts.reset", "{reset_password}", then=type_in(password="1")),
    Shown("reset-ended", "accounts.reset_link", "/password/reset/used-up"),
    Shown("email-confirm", "accounts.confirm_email", "{confirm_email}"),
    Shown("email-undo", "accounts.undo_email", "{email_changed}"),
    Shown("mypage", "home.mypage", "/mypage", MEMBER),
    Shown("mypage-client", "home.mypage", "/mypage", CLIENT),
    Shown("mypage-newcomer", "home.index", "/", NEWCOMER),
    Shown("member-menu", "home.mypage", "/mypage", MEMBER, press("[popovertarget=member-menu]"), is_whole=False),
    Shown("contacts-friends", "follows.contacts", "/contacts?tab=friends", MEMBER),
    Shown("contacts-following", "follows.contacts", "/contacts?tab=following", MEMBER),
    Shown("contacts-followers", "follows.contacts", "/contacts?tab=followers", MEMBER),
    Shown("contacts-empty", "follows.contacts", "/contacts", NEWCOMER),
    Shown("contacts-clients", "follows.contacts", "/contacts?tab=clients", MEMBER),
    Shown("contacts-asked", "follows.contacts", "/contacts?tab=friends", MEMBER, ask_before_blocking),
    Shown("blocked-empty", "follows.blocked", "/contacts/blocked", NEWCOMER),
    Shown("blocked", "follows.blocked", "/contacts/blocked", BLOCKER),
    Shown("worker-blocked", "profiles.show", f"/workers/{BLOCKED}", BLOCKER),
    Shown("suggestions", "suggestions.index", "/contacts/suggestions", MEMBER),
    Shown("suggestions-empty", "suggestions.index", "/contacts/suggestions", NEWCOMER),
    Shown("circle", "circles.circle", "/contacts/circle", MEMBER),
    Shown("circle-explored", "circles.circle", "/contacts/circle", MEMBER, explore),
    Shown("circle-empty", "circles.circle", "/contacts/circle", NEWCOMER),
    Shown("teams", "teams.index", "/teams", MEMBER),
    Shown("teams-empty", "teams.index", "/teams", NEWCOMER),
    Shown("teams-new", "teams.create", "/teams/new", MEMBER),
    Shown("teams-new-errors", "teams.create", "/teams/new", MEMBER, type_in(slug="よみもの", name="")),
    Shown("teams-edit", "teams.edit", f"{TEAM}/edit", MEMBER),
    Shown("teams-conflict", "teams.edit", f"{TEAM}/edit", MEMBER, lose_the_team_to_another_page),
    Shown("team", "teams.show", "/teams/yomimono"),
    Shown("team-invited", "teams.show", "/teams/yomimono", MEMBER),
    Shown("team-owner", "teams.show", TEAM, MEMBER),
    Shown("team-invite", "teams.invite", f"{TEAM}/invite", MEMBER),
    Shown("team-invite-errors", "teams.invite", f"{TEAM}/invite", MEMBER, type_in(username=MEMBER)),
    Shown("team-invite-worker", "teams.invite_member", "/workers/ritsu-takase/invite", MEMBER),
    Shown("team-invitation-ended", "teams.invitation", "/invitations/{invitation}", MEMBER),
    Shown("team-join", "teams.ask_to_join", "/teams/tonari-no-kotoba/join", MEMBER),
    Shown("team-leave", "teams.leave", f"{TEAM}/leave", MEMBER),
    Shown("team-leave-member", "teams.leave", "/teams/yomimono/leave", "ryo-nagai"),
    Shown("team-dissolve", "teams.dissolve", f"{TEAM}/dissolve", MEMBER),
    Shown("team-expel", "teams.expel", f"{TEAM}/members/shin-odagiri/expel", MEMBER),
    Shown("team-hand-over", "teams.hand_over", f"{TEAM}/members/shin-odagiri/hand-over", MEMBER),
    Shown("companies", "companies.index", "/companies"),
    Shown("companies-found", "companies.index", "/companies?q=㈱みなぎわ", NEWCOMER),
    Shown("companies-nothing", "companies.index", "/companies?q=どこにもない会社", NEWCOMER),
    Shown("companies-new", "companies.register", "/companies/new", NEWCOMER),
    Shown("companies-new-form", "companies.register", "/companies/new?q=つむぎ野", NEWCOMER),
    Shown(
        "companies-new-errors",
        "companies.register",
        "/companies/new?q=株式会社うみべ",
        NEWCOMER,
        type_in(slug="うみべ", reading="umibe", phone="1", email="a", corporate_number="8000012050002"),
    ),
    Shown("company", "companies.show", COMPANY),
    Shown("company-owner", "companies.show", COMPANY, MEMBER),
    Shown("company-asked", "companies.show", COMPANY, "nagisa-uehara"),
    Shown("company-edit", "companies.edit", f"{COMPANY}/edit", MEMBER),
    Shown("company-conflict", "companies.edit", f"{COMPANY}/edit", MEMBER, lose_the_team_to_another_page),
    Shown("company-join", "companies.join", f"{COMPANY}/join", NEWCOMER),
    Shown("company-prove", "companies.prove", f"{COMPANY}/prove", NEWCOMER),
    Shown("company-prove-errors", "companies.prove", f"{COMPANY}/prove", NEWCOMER, type_in(email="hajime@gmail.com")),
    Shown("company-prove-owner", "companies.prove", "/companies/tsumugino/prove", SOMEBODY),
    Shown("company-confirm", "companies.confirm", "{confirm_company}", NEWCOMER),
    Shown("company-confirm-other", "companies.confirm", "{confirm_company}", MEMBER),
    Shown("company-confirm-ended", "companies.confirm", "/companies/proofs/used-up", MEMBER),
    Shown("company-mine", "companies.mine", "/settings/company", MEMBER),
    Shown("company-mine-empty", "companies.mine", "/settings/company", NEWCOMER),
    Shown("company-departments", "companies.departments", f"{COMPANY}/departments", MEMBER),
    Shown("company-leave", "companies.leave", f"{COMPANY}/leave", MEMBER),
    Shown("company-leave-member", "companies.leave", f"{COMPANY}/leave", "shin-odagiri"),
    Shown("company-close", "companies.close", f"{COMPANY}/close", MEMBER),
    Shown("company-remove", "companies.remove", f"{COMPANY}/members/shin-odagiri/remove", MEMBER),
    Shown("company-hand-over", "companies.hand_over", f"{COMPANY}/members/shin-odagiri/hand-over", MEMBER),
    Shown("messages", "messages.index", "/messages", MEMBER),
    Shown("messages-empty", "messages.index", "/messages", NEWCOMER),
    Shown("messages-requests", "messages.index", "/messages?box=requests", MEMBER),
    Shown("messages-unread", "messages.index", "/messages?box=unread", MEMBER),
    Shown("messages-archived", "messages.index", "/messages?box=archived", MEMBER),
    Shown("messages-search", "messages.index", "/messages?q=図版", MEMBER),
    Shown("messages-search-nothing", "messages.index", "/messages?q=どこにもないことば", MEMBER),
    Shown("thread-menu", "messages.show", "/messages/{conversation}", MEMBER, press(".thread-more summary")),
    Shown("thread-report", "reports.message", REPORT, MEMBER),
    Shown("thread-report-errors", "reports.message", REPORT, MEMBER, send),
    Shown("thread-block", "messages.ask_block", "/messages/{conversation}/block", MEMBER),
    Shown("thread", "messages.show", "/messages/{conversation}", MEMBER),
    Shown("thread-look", "messages.show", "/messages/{conversation}", MEMBER, type_in(body=BODY)),
    Shown("thread-errors", "messages.show", "/messages/{conversation}", MEMBER, type_in(body="")),
    Shown("compose", "messages.compose", "/messages/new?to=ritsu-takase", CLIENT),
    Shown(
        "compose-look",
        "messages.compose",
        "/messages/new?to=ritsu-takase",
        CLIENT,
        type_in(title="和訳", body=BODY),
    ),
    Shown("compose-errors", "messages.compose", "/messages/new?to=minori-sato", CLIENT, send),
    Shown("notifications", "notifications.index", "/notifications", MEMBER),
    Shown("notifications-matter", "notifications.index", "/notifications?matter=follows", MEMBER),
    Shown("notifications-empty", "notifications.index", "/notifications", NEWCOMER),
    Shown("notifications-settings", "notifications.choose", "/settings/notifications", MEMBER),
    Shown("unsubscribe", "notifications.unsubscribe", "{unsubscribe}"),
    Shown("unsubscribe-done", "notifications.unsubscribe", "{unsubscribe}", then=send),
    Shown("profile", "profiles.edit", "/settings/profile", MEMBER),
    Shown("profile-newcomer", "profiles.edit", "/settings/profile", NEWCOMER),
    Shown("profile-errors", "profiles.edit", "/settings/profile", MEMBER, type_in(postal_code="6", name_kana="z")),
    Shown("profile-conflict", "profiles.edit", "/settings/profile", MEMBER, lose_to_another_page),
    Shown("profile-cities", "profiles.cities", "/settings/profile?places", MEMBER, press(CITIES)),
    Shown("preview", "profiles.preview", "/settings/profile/preview", MEMBER),
    Shown("preview-newcomer", "profiles.preview", "/settings/profile/preview", NEWCOMER),
    Shown("account", "accounts.account", "/settings/account", MEMBER),
    Shown("account-errors", "accounts.account", "/settings/account", MEMBER, send_no_address),
    Shown("settings-privacy", "accounts.privacy", "/settings/privacy", MEMBER),
    Shown("account-guarded", "accounts.account", "/settings/account", GUARDED),
    Shown("second-factor", "accounts.second_factor", FACTOR, MEMBER),
    Shown("second-factor-qr", "accounts.turn_on_second_factor", FACTOR, MEMBER, type_in(password=PASSWORD)),
    Shown("second-factor-codes", "accounts.turn_on_second_factor", "/looks/codes", GUARDED),
    Shown("second-factor-codes-print", "accounts.turn_on_second_factor", "/looks/codes", GUARDED, is_on_paper=True),
    Shown("second-factor-renew", "accounts.renew_recovery_codes", f"{FACTOR}/recovery-codes", GUARDED),
    Shown("second-factor-off", "accounts.turn_off_second_factor", f"{FACTOR}/turn-off", GUARDED),
    Shown("second-factor-errors", "accounts.renew_recovery_codes", f"{FACTOR}/recovery-codes", GUARDED, send),
    Shown("skills", "careers.skills", "/settings/skills", MEMBER),
    Shown("skills-empty", "careers.skills", "/settings/skills", NEWCOMER),
    Shown("skills-errors", "careers.skills", "/settings/skills", NEWCOMER, send),
    Shown("skills-edit", "careers.edit", "/settings/skills/{skill}", MEMBER),
    Shown("skills-delete", "careers.delete", "/settings/skills/{skill}/delete", MEMBER),
    Shown("skills-draft", "drafts.forget", "/drafts/forget?path=/settings/skills", MEMBER),
    Shown("qualifications", "careers.qualifications", "/settings/qualifications", MEMBER),
    Shown("qualifications-edit", "careers.edit", "/settings/qualifications/{qualification}", MEMBER),
    Shown("careers", "careers.careers", "/settings/careers", MEMBER),
    Shown("careers-edit", "careers.edit", "/settings/careers/{career}", MEMBER),
    Shown("careers-detach", "careers.detach", "/careers/attachments/{attachment}/delete", MEMBER),
    Shown("hobbies", "careers.hobbies", "/settings/hobbies", MEMBER),
    Shown("hobbies-empty", "careers.hobbies", "/settings/hobbies", NEWCOMER),
    Shown("report-member", "reports.member", "/workers/ritsu-takase/report", MEMBER),
    Shown("report-picture", "reports.member", "/workers/ritsu-takase/report?what=picture", MEMBER),
    Shown("report-errors", "reports.member", "/workers/ritsu-takase/report", MEMBER, send),
    Shown("report-team", "reports.team", "/teams/yomimono/report", CLIENT),
    Shown("reports", "reports.index", "/settings/reports", MEMBER),
    Shown("reports-empty", "reports.index", "/settings/reports", NEWCOMER),
    Shown("decision", "reports.decision", "/decisions/{made}", "rakuraku-navi"),
    Shown("decision-mail", "reports.decision_by_link", "{decision}"),
    Shown("prove", "accounts.prove", f"{FACTOR}/prove?next=/moderation/cases", GUARDED),
    Shown("prove-errors", "accounts.prove", f"{FACTOR}/prove?next=/moderation/cases", GUARDED, send),
    Shown("office-cases", "moderation.cases", "/moderation/cases", MODERATOR),
    Shown("office-cases-closed", "moderation.cases", "/moderation/cases?state=closed", MODERATOR),
    Shown("office-case-unread", "moderation.case", "/moderation/cases/{unread_case}", MODERATOR),
    Shown("office-case", "moderation.case", "/moderation/cases/{case}", MODERATOR, look_into),
    Shown(
        "office-case-closed",
        "moderation.case",
        "/moderation/cases/{closed_case}",
        MODERATOR,
        press("main .btn-primary"),
    ),
    Shown("office-restore", "moderation.restore", "/moderation/cases/{closed_case}/restore", MODERATOR),
    Shown("office-appeals", "moderation.appeals", "/moderation/appeals", MODERATOR),
    Shown("office-appeal", "moderation.appeal", "/moderation/appeals/{made}", MODERATOR),
    Shown("office-companies", "moderation.companies", "/moderation/companies", MODERATOR),
    Shown("office-companies-errors", "moderation.companies", "/moderation/companies", MODERATOR, send),
    Shown(
        "office-merge",
        "moderation.companies",
        "/moderation/companies",
        MODERATOR,
        type_in(kept="minagiwasokki", merged="mutekishobo"),
    ),
    Shown("office-flags", "moderation.flags", "/moderation/flags", MODERATOR),
    Shown("office-audit", "moderation.audit", "/moderation/audit", MODERATOR),
    Shown("office-audit-nothing", "moderation.audit", "/moderation/audit?actor=nobody", MODERATOR),
    Shown("pledge-text", "pledges.text", "/confidentiality/2026-11-v1"),
    Shown("pledge", "pledges.index", "/settings/confidentiality", MEMBER),
    Shown("pledge-unknown", "pledges.index", "/settings/confidentiality", NEWCOMER),
    Shown("pledge-begun", "pledges.index", "/settings/confidentiality", SIGNING),
    Shown("pledge-read", "pledges.read", "/settings/confidentiality/text", READING),
    Shown("pledge-check", "pledges.check", "/settings/confidentiality/check", READING),
    Shown("pledge-check-wrong", "pledges.check", "/settings/confidentiality/check", READING, choose_wrongly),
    Shown("pledge-check-errors", "pledges.check", "/settings/confidentiality/check", READING, send),
    Shown("pledge-sign", "pledges.sign", "/settings/confidentiality/sign", SIGNING),
    Shown("pledge-sign-errors", "pledges.sign", "/settings/confidentiality/sign", SIGNING, type_in(name="別の名前")),
    Shown("pledge-withdraw", "pledges.withdraw", "/settings/confidentiality/withdraw", MEMBER),
    Shown("transparency", "transparency.index", "/transparency"),
    Shown("transparency-check", "transparency.check", "/transparency/check"),
    Shown("transparency-check-errors", "transparency.check", "/transparency/check", then=send),
    Shown("transparency-true", "transparency.check", "/transparency/check", then=have_a_receipt_checked),
    Shown("transparency-entries", "transparency.entries", "/transparency/entries"),
    Shown("error-resend", "errors", "/settings/skills", MEMBER, send_with_an_old_token),
    *(Shown(f"error-{status}", "errors", f"/looks/refused/{status}") for status in REFUSALS),
    Shown("error-404", "errors", "/nowhere"),
    Shown("error-404-member", "errors", "/workers/nobody-of-this-name", MEMBER),
    *(Shown(f"mail-{name}", "mail", f"/looks/mail/{name}") for name in MAILS),
)
"""Whoever adds a page adds it here; what has no endpoint of its own says "errors" or "mail" instead."""

NOT_PAGES = {
    "static": "files",
    "bootstrap.static": "files",
    "careers.attachment": "a file",
    "careers.skill_names": "names as JSON",
    "moderation.index": "leads on",
    "moderation.picture": "a picture",
    "companies.picture": "a picture",
    "home.healthz": "for a watchdog",
    "home.readyz": "for a watchdog",
    "messages.attachment": "a file",
    "messages.news": "a part of a page",
    "messages.stream": "a stream",
    "messages.threads": "a part of a page",
    "messages.unread": "a part of a page",
    "pledges.receipt": "a file",
    "pledges.withdrawal": "a file",
    "profiles.address": "an address as JSON",
    "profiles.picture": "a picture",
    "teams.picture": "a picture",
    "transparency.consistency": "a proof as JSON",
    "transparency.head": "hashes as JSON",
    "transparency.key": "a file",
}
"""What answers GET and is nothing to look at, and why."""
