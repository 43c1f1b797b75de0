"""What the timeline says of each entry, in the reader's language."""

from collections.abc import Callable
from datetime import date
from typing import Any

from blueprints.jinja import long_date
from marketplace.contracts.models import ContractEntry, EndingCause, EntryKind, SecrecyState
from marketplace.i18n import _, _l, ngettext

LABELS = {
    EntryKind.REPORT: _l("報告"),
    EntryKind.CONTACT: _l("連絡"),
    EntryKind.CONSULTATION: _l("相談"),
    EntryKind.RECEIPT: _l("受領の連絡"),
    EntryKind.LATE: _l("遅れそうです"),
    EntryKind.TERMS: _l("取引条件"),
    EntryKind.DELIVERY: _l("納品"),
    EntryKind.WITHDRAWAL: _l("納品の取り下げ"),
    EntryKind.REVISION: _l("修正の依頼"),
    EntryKind.ACCEPTANCE: _l("検収"),
    EntryKind.PAYMENT: _l("支払いの報告"),
    EntryKind.PAYMENT_DISPUTED: _l("支払いの報告が違う"),
    EntryKind.PAYMENT_RECEIVED: _l("受け取りの確認"),
    EntryKind.COMPLETED: _l("取引完了"),
    EntryKind.ENDING: _l("途中終了"),
    EntryKind.CONFIDENTIALITY: _l("秘密保持"),
}
"""What stands over an entry; a message needs no word."""


def sentence_of(entry: ContractEntry) -> str:
    """Say what a deed was, where the entry's own words do not; an empty text for what one wrote."""
    say = _SENTENCES.get(entry.kind)
    return say(entry) if say else ""


def _late(entry: ContractEntry) -> str:
    old, new = _day(entry.data, "due_on"), _day(entry.data, "new_due_on")
    return _("納品の期日%(old)sに間に合わない見込みです。%(new)sまでに納品します。", old=old, new=new)


def _withdrawal(entry: ContractEntry) -> str:
    return _("納品を取り下げました。受け取りの日から数えていた期日は、なくなりました。")


def _acceptance(entry: ContractEntry) -> str:
    if entry.author_id is None:
        return _("検査の期日までに連絡がなかったか、検査をしない取引のため、検収したものとして進みます。")
    return _("検収しました。")


def _payment(entry: ContractEntry) -> str:
    day, yen = _day(entry.data, "paid_on"), f"{entry.data['paid_yen']:,}"
    if entry.data.get("is_correction"):
        return _("支払いの報告を直しました。%(day)sに%(yen)s円を支払いました。", day=day, yen=yen)
    return _("%(day)sに%(yen)s円を支払いました。", day=day, yen=yen)


def _disputed(entry: ContractEntry) -> str:
    day, yen = _day(entry.data, "paid_on"), f"{entry.data['paid_yen']:,}"
    return _("%(day)sに%(yen)s円という支払いの報告を確認できませんでした。", day=day, yen=yen)


def _received(entry: ContractEntry) -> str:
    return _("%(yen)s円を受け取りました。", yen=f"{entry.data['paid_yen']:,}")


def _completed(entry: ContractEntry) -> str:
    return _("取引が完了しました。おたがいのコンタクトに加わりました。")


def _receipt(entry: ContractEntry) -> str:
    data = entry.data
    if not data.get("starts_on"):
        return _("受け取りました。内容を確かめて、あらためてご連絡します。")
    day = _day(data, "starts_on")
    return _("受け取りました。%(day)sから取りかかります。わからないことがあれば、ご連絡します。", day=day)


def _ending(entry: ContractEntry) -> str:
    said, owed_yen = _what_became_of_the_end(entry), entry.data.get("owed_yen")
    if not owed_yen:
        return said
    return _("%(said)s納品していない作業の報酬は%(yen)s円です。", said=said, yen=f"{owed_yen:,}")


def _what_became_of_the_end(entry: ContractEntry) -> str:
    cause = EndingCause(entry.data["cause"]).label
    state = entry.data.get("state")
    if entry.data.get("is_objection"):
        return _("この終了に異議を伝えました。取引は続きます。")
    if entry.data.get("days_late"):
        return _ended_for_being_late(entry)
    if state == "noticed":
        return _("%(day)sで途中終了することを伝えました(%(cause)s)。", day=_day(entry.data, "ends_on"), cause=cause)
    sentences = {
        "asked": _("途中で終えたいと申し出ました(%(cause)s)。相手の回答を待っています。", cause=cause),
        "agreed": _("途中で終えることに同意しました。"),
        "refused": _("途中で終えることに同意しませんでした。取引は続きます。"),
        "lapsed": _("すべて納品されたため、途中終了の申し出はなくなりました。"),
        "withdrawn": _("途中終了の申し出を取り消しました。取引は続きます。"),
        "done": _(
            "取引は途中で終了しました(%(cause)s)。納品された分の報酬は、取引条件のとおりに支払われます。", cause=cause
        ),
    }
    return sentences.get(state or "", "")


def _ended_for_being_late(entry: ContractEntry) -> str:
    day, late = _day(entry.data, "ends_on"), entry.data["days_late"]
    late_words = ngettext("納品の期日を%(num)s日過ぎています。", "納品の期日を%(num)s日過ぎています。", late)
    return _(
        "%(day)sで途中終了することを伝えました(ワーカーの都合)。%(late)sワーカーは、その日までに異議を伝えられます。",
        day=day,
        late=late_words,
    )


def _terms(entry: ContractEntry) -> str:
    number = entry.data.get("number", 1)
    sentences = {
        "agreed": _("取引条件(第%(number)s版)に、両方が同意しました。", number=number),
        "refused": _("取引条件(第%(number)s版)は、見送られました。", number=number),
        "withdrawn": _("取引条件(第%(number)s版)は、取り下げられました。", number=number),
    }
    proposed = _("取引条件(第%(number)s版)を提案しました。", number=number)
    if entry.data.get("is_price_talk"):
        proposed = _("価格協議を求め、取引条件(第%(number)s版)を提案しました。", number=number)
    return sentences.get(entry.data.get("state", ""), proposed)


def _confidentiality(entry: ContractEntry) -> str:
    sentences = {
        SecrecyState.SIGNED: _("秘密保持の合意に、全員の署名がそろいました。"),
        SecrecyState.REFUSED: _("秘密保持の合意は、見送られました。取引はこのまま続けられます。"),
        SecrecyState.WITHDRAWN: _("秘密保持の合意の求めを取り下げました。"),
    }
    return sentences.get(entry.data.get("state", ""), _("秘密保持の合意を求めました。"))


def _day(data: dict[str, Any], name: str) -> str:
    return long_date(date.fromisoformat(data[name]))


def _left(entry: ContractEntry) -> str:
    sentences = {
        "left": _("退会の手続きをしました。"),
        "returned": _("退会を取り消して戻りました。"),
    }
    return sentences.get(entry.data.get("state", ""), "")


_SENTENCES: dict[EntryKind, Callable[[ContractEntry], str]] = {
    EntryKind.CONTACT: _left,
    EntryKind.RECEIPT: _receipt,
    EntryKind.LATE: _late,
    EntryKind.TERMS: _terms,
    EntryKind.WITHDRAWAL: _withdrawal,
    EntryKind.ACCEPTANCE: _acceptance,
    EntryKind.PAYMENT: _payment,
    EntryKind.PAYMENT_DISPUTED: _disputed,
    EntryKind.PAYMENT_RECEIVED: _received,
    EntryKind.COMPLETED: _completed,
    EntryKind.ENDING: _ending,
    EntryKind.CONFIDENTIALITY: _confidentiality,
}
