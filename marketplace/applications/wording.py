"""Sentences about applications that are said in more than one place."""

from marketplace.applications.models import Application, ApplicationState
from marketplace.i18n import _, ngettext
from marketplace.jobs.models import Job


def what_happened(application: Application) -> str:
    """Return what became of an application that can no longer be answered; one that is open has run out of time."""
    said = {
        ApplicationState.ACCEPTED: _("この応募は、すでに条件の相談へ進んでいます。"),
        ApplicationState.DECLINED: _("この応募は、すでに見送りになっています。"),
        ApplicationState.WITHDRAWN: _("この応募は、取り下げられました。"),
        ApplicationState.CONFIRMING: _("この応募は、メンバーの確認を待っています。"),
    }
    if application.lapsed_at is not None:
        return _("この応募からは、取引が始まりませんでした。")
    return said.get(application.state, _("この応募は、回答の期限が過ぎました。"))


def enough_accepted(job: Job) -> str:
    """Return why nobody else can be accepted for a job, and what helps."""
    return ngettext(
        "募集人数の%(num)s人に達しています。人数を増やすときは、案件を編集してください。",
        "募集人数の%(num)s人に達しています。人数を増やすときは、案件を編集してください。",
        job.wanted,
    )


def polite_refusal() -> str:
    """Return the text of お見送り that a client may change before it is sent."""
    return _("今回はご縁がありませんでした。ご応募ありがとうございました。")


def polite_change_of_mind() -> str:
    """Return the text for an accepted applicant to whom no terms are proposed; a client may change it."""
    return _("事情が変わり、今回は依頼を見合わせることになりました。ご応募ありがとうございました。")


def closed_meanwhile() -> str:
    """Return the text that everybody gets who waits when a job is closed."""
    return _("募集が終了しました。今回はご縁がありませんでした。ご応募ありがとうございました。")
