"""Pages of agreed work, and the contracts that they show."""

from flask import Flask

from marketplace.accounts.models import Member
from marketplace.attachments import examine
from marketplace.contracts import queries as contracts
from marketplace.contracts import service as contract_work
from marketplace.contracts.models import Contract, ContractState, EntryKind
from marketplace.contracts.queries import reviews as review_questions
from marketplace.contracts.secrecy_wording import SecrecyItems
from marketplace.contracts.service import reviews, secrecy
from marketplace.contracts.service.reviews import ReviewWords
from tests.factories.contracts import ContractFactory
from tests.looks.deeds import press, send
from tests.looks.shown import MEMBER, NEWCOMER, Shown
from tests.marketplace.contracts.signing import printed
from tests.marketplace.uploads import PDF

SAID_BY_CLIENTS = (
    ReviewWords(
        (5, 5, 4, 5, 5), "用語の揺れまで見てくださり、社内の確認がすぐに済みました。納期も余裕がありました。", True
    ),
    ReviewWords((4, 5, 4, 4, 5), "図版の差し替えにも、落ち着いて対応してもらえました。", True),
    ReviewWords((5, 4, 5, 5, 5), "質問が具体的で、こちらの資料の抜けに気づけました。", None),
)
SAID_BY_WORKER = ReviewWords((5, 4, 5, 5, 5), "原稿と参考資料がそろっていて、始めやすい取引でした。", True)

WORK = (
    Shown("review", "reviews.write", "/contracts/{review_new}/review", MEMBER),
    Shown("review-errors", "reviews.write", "/contracts/{review_new}/review", MEMBER, send),
    Shown("review-waiting", "reviews.write", "/contracts/{review_waiting}/review", MEMBER),
    Shown("review-revealed", "reviews.write", "/contracts/{review_revealed}/review", MEMBER),
    Shown("review-reply", "reviews.reply", "/contracts/{review_revealed}/review/reply", MEMBER),
    Shown("reviews", "reviews.index", f"/workers/{MEMBER}/reviews"),
    Shown("reviews-poster", "reviews.of_poster", "/jobs/{job}/reviews"),
    Shown("reviews-team", "reviews.of_team", "/teams/tetsuduki-memo/reviews"),
    Shown("review-report", "reports.review", "/reviews/{review_shown}/report", NEWCOMER),
    Shown("secrecy-none", "secrecy.show", "/contracts/{secrecy_none}/secrecy", MEMBER),
    Shown("secrecy-new", "secrecy.propose", "/contracts/{secrecy_none}/secrecy/new", MEMBER),
    Shown("secrecy-new-errors", "secrecy.propose", "/contracts/{secrecy_none}/secrecy/new", MEMBER, send),
    Shown("secrecy-asked", "secrecy.show", "/contracts/{secrecy_asked}/secrecy", MEMBER),
    Shown("contract-shut", "contracts.show", "/contracts/{secrecy_asked}", MEMBER),
    Shown("secrecy-signed", "secrecy.show", "/contracts/{secrecy_signed}/secrecy", MEMBER),
    Shown("papers", "filing.index", "/papers", MEMBER),
    Shown("papers-agreement", "filing.agreement", "/papers/agreements/{agreement}", MEMBER),
    Shown("papers-errors", "filing.index", "/papers?since=x&least=0", MEMBER),
    Shown("papers-empty", "filing.index", "/papers", NEWCOMER),
    Shown("calendar", "feeds.index", "/settings/calendar", MEMBER),
    Shown("calendar-renewed", "feeds.index", "/settings/calendar", MEMBER, press("main form button")),
    Shown("reviews-empty", "reviews.index", "/workers/ryo-nagai/reviews"),
)


def agree_on_work(app: Flask, worker: Member, client: Member, others: list[Member]) -> dict[str, int]:
    """Let `worker` have worked for `client` and `others`; return what the addresses are made of."""
    make = ContractFactory(app)

    def done(by: Member) -> Contract:
        return make(by, worker, ContractState.COMPLETED, title="測定器の取扱説明書の和訳")

    waiting, revealed = done(client), done(client)
    reviews.write(worker, waiting, SAID_BY_WORKER)
    for by, words in zip((client, *others), SAID_BY_CLIENTS, strict=False):
        contract = revealed if by is client else done(by)
        reviews.write(by, contract, words)
        reviews.write(worker, contract, SAID_BY_WORKER)
    asked = contracts.get_for(client, make(client, worker, title="新製品の紹介文の英訳").id)
    secrecy.propose(client, asked, SecrecyItems("新製品の紹介文を英訳するため", 3, False, True, ""))
    shut_file = examine("新製品の図面.pdf", PDF)
    said = (EntryKind.MESSAGE, "図面をお送りします。署名のあとで開いてください。", "shut")
    contract_work.write(client, asked, *said, [shut_file], needs_signature=True)
    signed = make(client, worker, title="図録の英訳")
    agreement = printed(signed, client, worker)
    first = review_questions.get_received(client, revealed)
    reviews.reply(client, first, "こちらこそ、ていねいな質問に助けられました。")
    numbers = {"secrecy_none": make(client, worker, title="社内報の和訳").id, "secrecy_asked": asked.id}
    numbers |= {"secrecy_signed": signed.id, "agreement": agreement.id}
    numbers |= {"review_shown": review_questions.get_received(worker, revealed).id}
    return numbers | {"review_new": done(client).id, "review_waiting": waiting.id, "review_revealed": revealed.id}
