"""The demo world as a running program, with the links of its mails, and a door to every refusal."""

import email
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, current_app, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, func, select, update
from werkzeug.serving import make_server

from blueprints.access import public
from blueprints.search.state import SearchState
from marketplace import db, demo, outbox
from marketplace.accounts import passwords, second_factors
from marketplace.accounts import service as accounts
from marketplace.accounts.models import Member, SecondFactor
from marketplace.attachments import examine
from marketplace.careers import service as careers
from marketplace.careers.models import Career, CareerAttachment, CareerCategory, MemberSkill, Qualification
from marketplace.clock import now, today
from marketplace.companies import queries as company_questions
from marketplace.companies import service as companies
from marketplace.demo.cards import card
from marketplace.demo.sign_ins import PASSWORD, address_of
from marketplace.errors import TooOften
from marketplace.follows import service as follows
from marketplace.i18n import _, current_language, ngettext
from marketplace.leaving import service as leaving
from marketplace.leaving.models import RETURN_WITHIN
from marketplace.messages import service as messages
from marketplace.messages.models import Message, Participation
from marketplace.moderation import queries as reports
from marketplace.moderation import service as moderation
from marketplace.moderation.models import Appeal, Case, Measure, ReportReason, SubjectKind
from marketplace.notifications import bundles
from marketplace.outbox import Errand
from marketplace.payouts import queries as bank_accounts
from marketplace.payouts import service as payouts
from marketplace.payouts.models import AccountKind, NameComparison, NameGround
from marketplace.payouts.service import AccountChanges
from marketplace.pledges import service as pledges
from marketplace.pledges.wording import current
from marketplace.profiles import queries as profile_questions
from marketplace.profiles import service as profiles
from marketplace.saved_searches.models import SearchMailing
from marketplace.teams.models import Invitation
from marketplace.transparency import queries as log
from marketplace.transparency import receipts
from marketplace.verification import service as verification
from marketplace.verification.models import DocumentKind, Verification
from search_index import sync
from tests.authenticator import number_for
from tests.looks import agreeing, contracts, jobs, questions, work
from tests.looks.applications import numbers_of
from tests.looks.deeds import GUARDED
from tests.looks.searches import find_for, first_search_of, keep_searches
from tests.looks.shown import (
    ALIKE,
    BLOCKED,
    BLOCKER,
    CLIENT,
    LEAVER,
    MEMBER,
    MODERATOR,
    NEWCOMER,
    READING,
    SIGNING,
    WAITING,
)
from tests.marketplace.uploads import PDF

LANGUAGES = ("ja", "en")
COMPANIES = {
    "ja": ("minagiwasokki", "minagiwa-sokki.example"),
    "en": ("mutekishobo", "muteki-shobo.example"),
}
"""Where NEWCOMER shows by an address that they belong."""


@dataclass
class World:
    """A running program, and what the addresses of its pages are made of."""

    app: Flask
    address: str = ""
    numbers: dict[str, int] = field(default_factory=dict)
    """A thread of MEMBER, and one entry of each of their lists."""
    mails: dict[str, dict[str, "Mail"]] = field(default_factory=dict)
    """By language, then by name."""
    codes: list[str] = field(default_factory=list)
    """Recovery codes of GUARDED that were not used yet."""

    def path_of(self, path: str, language: str) -> str:
        """Return an address of the list, filled in."""
        mails = self.mails[language]
        links = {name: mail.path for name, mail in mails.items()}
        last = {"unsubscribe": mails["news"].last_path, "unsubscribe_searches": mails["saved_searches"].last_path}
        return path.format(**self.numbers, **links, **last)

    def code(self) -> str:
        """Return a recovery code of GUARDED, who needs one each time they arrive; the last one buys new ones."""
        if len(self.codes) == 1:
            with self.app.test_request_context(), db.writing():
                self.codes = accounts.renew_recovery_codes(_member(GUARDED), PASSWORD, self.codes[0])
                db.commit()
        return self.codes.pop()

    def number(self) -> str:
        """Return a number of the moderator's app, as if none had been used in these thirty seconds."""
        with self.app.app_context(), db.writing():
            db.db.session.get_one(SecondFactor, _member(MODERATOR).id).last_step = 0
            db.commit()
            return demo.number_of_moderator()

    def speak(self, language: str) -> None:
        """Let every member read `language` from now on."""
        with self.app.app_context(), db.writing():
            for member in db.db.session.scalars(select(Member)):
                member.language = language
            db.commit()


@dataclass(frozen=True)
class Mail:
    """A mail that went out."""

    path: str
    """Where its first link leads."""
    last_path: str
    html: str


@contextmanager
def running(app: Flask) -> Iterator[World]:
    """Fill the database of `app` with the demo world unless it holds it, and serve it until the end."""
    world = World(app)
    app.register_blueprint(_doors(world))
    with app.app_context(), db.writing():
        if demo.is_empty():
            demo.load()
        _add_what_the_demo_lacks()
        jobs.add_what_lacks(_member(MEMBER))
        db.commit()
        for language in LANGUAGES:
            world.mails[language] = _mails_of(language)
        world.numbers = _numbers() | jobs.numbers(_member(MEMBER))
        others = [_member(name) for name in ("minori-sato", "ritsu-takase")]
        world.numbers |= work.agree_on_work(app, _member(MEMBER), _member(CLIENT), others)
        world.numbers |= questions.ask(_member(MEMBER), _member(CLIENT), world.numbers["job"])
        world.numbers |= agreeing.begin(_member(CLIENT), _member(MEMBER))
        world.codes = _guard(_member(GUARDED), PASSWORD)
        db.commit()
        sync.rebuild()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    world.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield world
    finally:
        app.extensions["watcher"].close()
        server.shutdown()
        thread.join()
        server.server_close()


def _add_what_the_demo_lacks() -> None:
    """Somebody without anything, a file to take away, and somebody to be for each mail."""
    hash_ = passwords.hashed(PASSWORD)
    for name in (
        NEWCOMER,
        GUARDED,
        LEAVER,
        *(f"{name}-{language}" for name in ("asks", "moved", "renews", "gone") for language in LANGUAGES),
    ):
        language = name[-2:] if name[-2:] in LANGUAGES else "ja"
        profiles.begin(accounts.found_member(name, address_of(name), hash_, name, language))
    for name in (READING, SIGNING):
        _member(name).identity_verified_at, _member(name).identity_document = now(), "licence"
        pledges.finish_reading(_member(name))
    for number, question in enumerate(current().questions):
        pledges.answer(_member(SIGNING), number, question.right)
    follows.block(_member(BLOCKER), _member(BLOCKED))
    keep_searches(_member(MEMBER))
    leaving.leave(_member(LEAVER), PASSWORD)
    _hand_in_papers()
    _call_somebody_like_a_friend()
    newest = db.db.session.scalars(select(Message.id).order_by(Message.id.desc()).limit(1)).one()
    moderation.flag_same_text(0, {"message_id": newest})
    careers.careers.add(
        _member(MEMBER),
        category=CareerCategory.OTHER,
        started_on=today(),
        company="装丁の勉強会",
        files=[examine("発表資料.pdf", PDF)],
    )


def _hand_in_papers() -> None:
    """One who has chosen pictures and not handed them in, and a certificate that waits."""
    verification.add_pages(
        _member(CLIENT), DocumentKind.LICENCE, [card(DocumentKind.LICENCE, page) for page in range(2)]
    )
    attested = db.db.session.scalars(_first_qualification_of(WAITING)).one()
    certificate = [card(DocumentKind.CERTIFICATE, 0)]
    waiting = verification.add_pages(_member(WAITING), DocumentKind.CERTIFICATE, certificate, attested)
    verification.hand_in(_member(WAITING), waiting)


def _first_qualification_of(username: str) -> Select[Qualification]:
    of_member = select(Qualification).where(Qualification.member_id == _member(username).id)
    return of_member.order_by(Qualification.id).limit(1)


def _call_somebody_like_a_friend() -> None:
    alike = accounts.found_member(ALIKE, address_of(ALIKE), passwords.hashed(PASSWORD), "佐藤 みのリ")
    profiles.begin(alike)
    own = profile_questions.own(alike)
    shown = {"headline": "編集と校正", "introduction": "編集と校正をお受けします。", "is_published": True}
    profiles.update(alike, replace(profiles.ProfileChanges.nothing(own), **shown), own.profile.version)


def _mails_of(language: str) -> dict[str, Mail]:
    """Do what makes each mail go out, and return them."""
    there = _sent().keys()
    fresh = "kaki-no-ki-no-shita"
    accounts.register(f"umi-{language}", f"umi-{language}@example.jp", fresh, language)
    accounts.register(f"sora-{language}", f"{MEMBER}@example.jp", fresh, language)
    accounts.request_password_reset(f"asks-{language}@example.jp")
    accounts.change_password(_member(f"renews-{language}"), PASSWORD, fresh)
    accounts.request_email_change(_member(f"moved-{language}"), f"newer-{language}@example.jp", PASSWORD)
    db.commit()
    outbox.drain()
    moved = next(mail for path, mail in _sent().items() if path not in there and path.name.startswith("confirm_email"))
    accounts.confirm_email_change(moved.path.rpartition("/")[2])
    accounts.request_email_change(_member(f"asks-{language}"), f"new-{language}@example.jp", PASSWORD)
    used, *_others = _guard(_member(f"renews-{language}"), fresh)
    used, *_others = accounts.renew_recovery_codes(_member(f"renews-{language}"), fresh, used)
    accounts.turn_off_second_factor(_member(f"renews-{language}"), fresh, used)
    moderation.report_member(_member(MEMBER), _member(f"asks-{language}"), ReportReason.SPAM)
    case = reports.find_open(SubjectKind.MEMBER, _member(f"asks-{language}").id)
    assert case is not None
    moderation.decide(
        _member(MODERATOR), case, Measure.WARN, ReportReason.SPAM, "同じ文面が、何人もの方に届いています。"
    )
    _name_an_account(_member(f"asks-{language}"))
    # Of two mails about one company the newest works: each language has a company of its own.
    slug, domain = COMPANIES[language]
    companies.prove(_member(NEWCOMER), company_questions.get_for(None, slug), f"{NEWCOMER}@{domain}")
    _mail_of_leaving(language)
    find_for(_member(f"asks-{language}"), SearchMailing.AT_ONCE)
    companies.prove(_member(NEWCOMER), company_questions.get_live(slug), f"{NEWCOMER}@{domain}")
    for place, title in enumerate(("和訳のご相談", "図版の単位について")):
        messages.start(_member(MEMBER), _member(f"asks-{language}"), title, title, f"looks-{language}-{place:05}")
    db.commit()
    outbox.drain()
    # What waits for what else may come.
    db.db.session.execute(update(Errand).where(Errand.topic == bundles.MAIL).values(due_at=now()))
    db.commit()
    outbox.drain()
    # Of two of a kind the later one is meant: the earlier one's link was used.
    new = sorted((int(path.stem.rpartition("-")[2]), path, mail) for path, mail in _sent().items() if path not in there)
    return {path.stem.rpartition("-")[0]: mail for _number, path, mail in new}


def _mail_of_leaving(language: str) -> None:
    """Let somebody leave and have been away for long, and somebody take everything along."""
    leaving.leave(_member(f"gone-{language}"), PASSWORD)
    db.commit()
    outbox.drain()
    _member(CLIENT).language = language
    leaving.ask_for_export(_member(CLIENT), PASSWORD)
    _member(f"gone-{language}").left_at = now() - RETURN_WITHIN
    db.commit()
    leaving.erase_due()


def _name_an_account(member: Member) -> None:
    """Let a moderator look at the account of a member who has another name, then let it be removed."""
    member.identity_verified_at, member.identity_document = now(), "licence"
    changes = AccountChanges("0158", "113", AccountKind.ORDINARY, "1234567", "ﾐﾔｹ", NameGround.OTHER, "-")
    account = payouts.save_account(member, changes, PASSWORD)
    payouts.compare_names()
    comparison = bank_accounts.find_comparison(account.id)
    assert comparison is not None
    sentence = "通帳のカナの名義のとおりに、姓と名を入力してください。"
    seen = bank_accounts.declared_kana(member.id)
    payouts.decide(_member(MODERATOR), comparison, False, sentence, seen=seen)
    payouts.remove_account(member, account, PASSWORD)


def _guard(member: Member, password: str) -> list[str]:
    """Turn a second factor on, and return its recovery codes."""
    secret = accounts.begin_second_factor(member, password)
    return accounts.turn_on_second_factor(member, secret, number_for(second_factors.readable(secret)))


def _sent() -> dict[Path, Mail]:
    found = {}
    for path in Path(current_app.config["MAIL_FOLDER"]).glob("*.eml"):
        message = cast(EmailMessage, email.message_from_bytes(path.read_bytes(), policy=default))
        text, html = (str(cast(EmailMessage, message.get_body((kind,))).get_content()) for kind in ("plain", "html"))
        first, *others = re.findall(r"https?://\S+", text)
        # The frame ends with the address of the site.
        found[path] = Mail(urlsplit(first).path, urlsplit([first, *others][-2]).path, html)
    return found


def _numbers() -> dict[str, int]:
    member = _member(MEMBER)
    thread = select(func.min(Participation.conversation_id)).where(Participation.member_id == member.id)
    file = select(CareerAttachment.id).join(Career).where(Career.member_id == member.id)
    numbers = {"conversation": db.db.session.scalars(thread).one(), "attachment": db.db.session.scalars(file).one()}
    received = select(func.min(Message.id)).where(
        Message.conversation_id == numbers["conversation"], Message.sender_id != member.id
    )
    numbers["message"] = db.db.session.scalars(received).one()
    numbers |= contracts.numbers_for(member)
    invitation = select(func.min(Invitation.id)).where(Invitation.inviter_id == member.id)
    numbers["invitation"] = db.db.session.scalars(invitation).one()
    numbers["search"] = first_search_of(member)
    numbers["made"] = db.db.session.scalars(select(func.min(Appeal.decision_id))).one()
    waiting = select(Case.id).where(Case.closed_at.is_(None)).order_by(Case.urgency.desc())
    numbers["case"], numbers["unread_case"] = db.db.session.scalars(waiting.limit(2)).all()
    of_company = Case.subject == SubjectKind.COMPANY
    numbers["company_case"] = db.db.session.scalars(select(func.min(Case.id)).where(of_company)).one()
    numbers["closed_case"] = db.db.session.scalars(select(func.min(Case.id)).where(Case.closed_at.is_not(None))).one()
    papers = select(Verification.id).where(Verification.member_id == _member(WAITING).id)
    waiting_papers = papers.where(Verification.state == "waiting", Verification.kind != "certificate")
    numbers["papers"] = db.db.session.scalars(waiting_papers).one()
    numbers["attested"] = db.db.session.scalars(_first_qualification_of(WAITING)).one().id
    decided = select(func.min(Verification.id)).where(
        Verification.state == "approved", Verification.member_id != _member(MODERATOR).id
    )
    numbers["decided"] = db.db.session.scalars(decided).one()
    numbers["waiting_account"] = db.db.session.scalars(
        select(func.min(NameComparison.account_id)).where(~NameComparison.is_same)
    ).one()
    for name, entry in (("skill", MemberSkill), ("qualification", Qualification), ("career", Career)):
        numbers[name] = db.db.session.scalars(select(func.min(entry.id)).where(entry.member_id == member.id)).one()
    return numbers | numbers_of(member)


def _member(username: str) -> Member:
    return db.db.session.scalars(select(Member).where(Member.username == username)).one()


def _doors(world: World) -> Blueprint:
    """Lead to what cannot be had by asking for it: refusals, the search while it has no index, mails."""
    doors = Blueprint("looks", __name__, url_prefix="/looks")

    @doors.get("/refused/<int:status>")
    @public
    def refused(status: int) -> ResponseReturnValue:
        if status == TooOften.status:
            raise TooOften(
                _(
                    "少し時間をおいてください。あと%(time)sで、もう一度お試しいただけます。",
                    time=ngettext("%(num)s分", "%(num)s分", 2),
                ),
                120,
            )
        abort(status)

    @doors.get("/preparing")
    @public
    def preparing() -> str:
        return render_template("search/preparing.html", state=SearchState())

    @doors.get("/receipt")
    @public
    def receipt() -> Response:
        return Response(receipts.receipt_for(log.size() - 1), mimetype="application/json")

    @doors.get("/codes")
    @public
    def codes() -> str:
        shown = [f"abcd-efgh-jkmn-{number}pqr" for number in range(10)]
        about = {"username": GUARDED, "made_on": today().isoformat(), "text": ""}
        return render_template("accounts/recovery_codes.html", title=_("2段階認証を設定しました"), codes=shown, **about)

    @doors.get("/mail/<name>")
    @public
    def mail(name: str) -> Response:
        policy = {"Content-Security-Policy": "style-src 'unsafe-inline'"}
        return Response(world.mails[current_language()][name].html, headers=policy)

    return doors
