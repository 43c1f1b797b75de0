"""What an entry of the audit trail says, in the reader's language; the file that is taken along holds it as it is."""

from collections.abc import Callable
from typing import Any

from blueprints.verdicts import REASON_WORDS
from marketplace.audit.models import AuditEntry
from marketplace.i18n import _, _l
from marketplace.moderation.models import Measure, ReportReason
from marketplace.verification.models import DocumentKind, ReturnReason

SUBJECTS = {
    "member": _l("会員%(number)s"),
    "picture": _l("会員%(number)sの画像"),
    "team": _l("チーム%(number)s"),
    "company": _l("会社%(number)s"),
    "job": _l("案件%(number)s"),
    "message": _l("メッセージ%(number)s"),
    "papers": _l("書類%(number)s"),
    "document": _l("書類の画像%(number)s"),
    "skill": _l("スキル%(number)s"),
    "bank_account": _l("口座%(number)s"),
    "audit": _l("操作の記録"),
}
LABELS = {
    "papers": _l("書類"),
    "merged": _l("まとめられた会社"),
    "case": _l("通報の番号"),
    "decision": _l("判断"),
    "granted": _l("申し立て"),
    "measure": _l("対応"),
    "ground": _l("きまり"),
    "kind": _l("種類"),
    "reason": _l("理由"),
    "alias": _l("名前"),
    "former": _l("まとめられたスキル"),
    "members": _l("会員の数"),
    "what": _l("表示したもの"),
    "is_fine": _l("名義"),
    "like": _l("似ている相手"),
}
VALUES = {
    ("decision", "approved"): _l("確認した"),
    ("decision", "returned"): _l("差し戻し"),
    ("granted", True): _l("認める"),
    ("granted", False): _l("認めない"),
    ("measure", Measure.NONE): _l("対応なし"),
    ("measure", Measure.WARN): _l("注意"),
    ("measure", Measure.HIDE): _l("非表示"),
    ("measure", Measure.SUSPEND): _l("利用停止"),
    ("measure", Measure.RESTORE): _l("対応の取り消し"),
    ("what", "number"): _l("口座番号"),
    ("what", "holder"): _l("口座名義"),
    ("is_fine", True): _l("この名義でよい"),
    ("is_fine", False): _l("直してもらう"),
}
LISTS: dict[str, Callable[[str], Any]] = {
    "ground": lambda value: REASON_WORDS[ReportReason(value)],
    "kind": lambda value: DocumentKind(value).label,
    "reason": lambda value: ReturnReason(value).label,
}


def subject_of(entry: AuditEntry) -> str:
    """Return what an entry is about, with its number."""
    word = str(SUBJECTS.get(entry.subject, f"{entry.subject} %(number)s"))
    return word % {"number": "" if entry.subject_id is None else entry.subject_id}


def details_of(entry: AuditEntry) -> list[tuple[str, str]]:
    """Return what an entry says besides, each with what it is; words that are not known stay as they were written."""
    return [(str(LABELS.get(name, name)), _value(name, value)) for name, value in entry.details.items()]


def _value(name: str, value: Any) -> str:
    if value is None:
        return _("なし")
    known = VALUES.get((name, value))
    if known is None and name in LISTS:
        try:
            known = LISTS[name](value)
        except ValueError:
            known = None
    return str(value if known is None else known)
