"""Why a rule of payment is not lawful, and what would be, in sentences for whoever chose it."""

from datetime import date

from marketplace import calendar
from marketplace.calendar import Case, PaymentRule, PayRule, in_words
from marketplace.i18n import _, current_language


def objection(rule: PaymentRule, received_on: date | None = None, upstream_due_on: date | None = None) -> str:
    """Say it in the reader's language; an empty text when `rule` is lawful, as `calendar.is_lawful` tells."""
    if calendar.is_lawful(rule, received_on, upstream_due_on):
        return ""
    if received_on is not None:
        sentences = _on_day(calendar.case_of(rule, received_on), upstream_due_on)
    elif calendar.needs_day(rule, upstream_due_on):
        sentences = [_("支払期日が法律の定めに合うかは、受領の期日で決まります。受領の期日も入れてください。")]
    else:
        sentences = _on_some_day(rule)
    return ("" if current_language() == "ja" else " ").join(sentences)


def _on_day(case: Case, upstream_due_on: date | None) -> list[str]:
    limit = in_words(calendar.last_lawful_day(case.counted_from, upstream_due_on))
    if upstream_due_on:
        upstream = in_words(upstream_due_on)
        limits = _("再委託の支払いは、元委託者の支払期日(%(day)s)を1日目として30日目までです。", day=upstream)
    else:
        limits = _(
            "%(day)sは、受領する日を1日目として%(number)s日目です。法律の定めは60日目までです。",
            day=in_words(case.named_on),
            number=case.number,
        )
    return [limits, _("%(limit)sまでの日にしてください。", limit=limit)]


def _on_some_day(rule: PaymentRule) -> list[str]:
    if rule.kind is PayRule.AFTER_RECEIPT:
        return [_("法律の定めは、受領する日を1日目として60日目までです。60以下の日数にしてください。")]
    case = calendar.worst_case(rule)
    sentences = [
        _(
            "「%(rule)s」では、%(received)sに受領すると支払いは%(paid)sで、%(number)s日目になります。法律の定めは60日目までです。",
            rule=rule.short_label(),
            received=in_words(case.counted_from, with_year=False),
            paid=in_words(case.named_on, with_year=False),
            number=case.number,
        )
    ]
    if calendar.is_within_two_months(rule):
        sentences.append(_("「2か月以内」とみる運用もありますが、ここでは日数のとおりに数えます。"))
    return [*sentences, _("「月末締め、翌月25日払い」なら、いつ受領しても間に合います。")]
