"""What is missing in a version of the terms, or against the law: each named with its field and the reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.calendar import PayRule, in_words, lasts_months
from marketplace.clock import today
from marketplace.contracts.items import Items, Share
from marketplace.contracts.models import Withholding
from marketplace.contracts.models.terms import MOST_REVISIONS, MOST_UNDECIDED
from marketplace.contracts.objections import objection
from marketplace.contracts.withholding import withholds
from marketplace.i18n import _
from marketplace.jobs.models import MOST_YEN, RewardKind
from marketplace.sharing import is_whole

MOST_DAYS_UNDECIDED = 60
"""Until when at the latest something may stay undecided, in days from today."""
MOST_DAYS_INSPECTING = 60
MOST_MILESTONES = 10
LONG_MONTHS = 6
"""From how many months on an end is given notice of (Article 16)."""


@dataclass(frozen=True)
class Fault:
    """Something that keeps the terms from being proposed."""

    field: str
    """The name of the item; of a row its name, the row's number from 0, and the part, with dots between."""
    sentence: str


@dataclass(frozen=True)
class Side:
    """Between whom the terms are, as far as the law asks."""

    client_id: int
    worker_id: int
    is_company: bool = False
    """Whether the client commissions in the name of a company."""
    team_member_ids: frozenset[int] | None = None
    """Who is in the team that works; None when a worker does so alone."""
    pays_corporation: bool = False
    """Whether who is paid has declared to be a corporation."""


def faults(items: Items, side: Side, before: Items | None = None) -> list[Fault]:
    """Return all of them, in the order of the items. What stands in `before`, agreed already, may be of the past."""
    checks = (_parties, _work, _days, _reward, _taxes, _payment, _undecided, _milestones)
    found = [Fault(*each) for check in checks for each in check(items, before)]
    return [*found, *(Fault(*each) for each in (*_sides(items, side), *_shares(items, side)))]


def share_faults(shares: tuple[Share, ...], side: Side) -> list[Fault]:
    """Return what is wrong with the shares of a team, of which there have to be some."""
    if not any(each.percent for each in shares):
        return [Fault("shares.0.percent", _("だれの分配も入っていません。合計を100にしてください。"))]
    return [Fault(*each) for each in _shares(Items(shares=shares), side)]


def cautions(items: Items, before: Items | None = None) -> list[str]:
    """Return what is lawful only if one knows what one does, in sentences for both."""
    found = []
    if before is not None and _is_less(items, before):
        found.append(
            _(
                "報酬が前の条件より下がっています。ワーカーに責任がない減額は、同意があっても法律で禁じられています。"
                "仕事が減るための変更なら、内容もそのように書き直してください。"
            )
        )
    if not items.client_is_business:
        found.append(
            _(
                "クライアントが事業として依頼するのではないため、フリーランス法の対象外です。通知書は同じように作ります。"
            )
        )
    elif items.starts_on and items.ends_on and lasts_months(items.starts_on, items.ends_on, LONG_MONTHS):
        found.append(_("6か月以上の取引です。途中で終えるときや更新しないときは、30日前までに予告します。"))
    return found


Found = Iterator[tuple[str, str]]


def _parties(items: Items, before: Items | None) -> Found:
    if not items.client_name:
        yield "client_name", _("クライアントの名称を入力してください。だれからの依頼かを書面に示す決まりです。")
    if not items.worker_name:
        yield "worker_name", _("ワーカーの名称を入力してください。だれへの依頼かを書面に示す決まりです。")
    if items.client_has_employees is None:
        yield (
            "client_has_employees",
            _("どちらかを選んでください。従業員のいない個人は、源泉徴収をしません。"),
        )


def _work(items: Items, before: Items | None) -> Found:
    if not items.scope:
        yield "scope", _("仕事の内容を入力してください。何をどれだけ納めるかを書面に示す決まりです。")
    if items.rights is None:
        yield "rights", _("成果物の権利の扱いを選んでください。譲渡や利用許諾も、仕事の内容として示す決まりです。")
    if not items.is_remote and not items.place:
        yield "place", _("場所を入力してください。成果物や役務を受け取る場所を書面に示す決まりです。")
    if items.inspection_days is None or not 0 <= items.inspection_days <= MOST_DAYS_INSPECTING:
        yield (
            "inspection_days",
            _(
                "0から%(most)sまでの日数を入力してください。検査をするなら、終える日を書面に示す決まりです。",
                most=MOST_DAYS_INSPECTING,
            ),
        )
    if items.revision_limit is None or not 0 <= items.revision_limit <= MOST_REVISIONS:
        yield "revision_limit", _("0から%(most)sまでの回数を入力してください。", most=MOST_REVISIONS)


def _days(items: Items, before: Items | None) -> Found:
    is_period = items.starts_on is not None or items.ends_on is not None
    if items.due_on is None and not is_period:
        yield "due_on", _("納める日か、役務の期間を入力してください。受け取る期日を書面に示す決まりです。")
    if items.starts_on is None and items.ends_on is not None and items.due_on is None:
        yield "starts_on", _("期間のはじめの日を入力してください。")
    if items.ends_on is None and items.starts_on is not None and items.due_on is None:
        yield "ends_on", _("期間の終わりの日を入力してください。")
    if items.starts_on and items.ends_on and items.starts_on > items.ends_on:
        yield "ends_on", _("終わりの日は、はじめの日と同じか、あとの日にしてください。")
    is_new = before is None or (items.due_on, items.ends_on) != (before.due_on, before.ends_on)
    if is_new and items.due_on and items.ends_on and items.ends_on > items.due_on:
        yield (
            "ends_on",
            _(
                "納める日(%(day)s)までの日にしてください。納める日のあとも続く役務なら、納める日を空けます。",
                day=in_words(items.due_on),
            ),
        )
    if _is_past(items.due_on, before.due_on if before else None):
        yield "due_on", _("納める日は、今日かあとの日にしてください。")
    if _is_past(items.ends_on, before.ends_on if before else None):
        yield "ends_on", _("終わりの日は、今日かあとの日にしてください。")


def _reward(items: Items, before: Items | None) -> Found:
    if items.amount_yen is None or not 1 <= items.amount_yen <= MOST_YEN:
        yield (
            "amount_yen",
            _("1円から%(most)s円までの整数で入力してください。報酬の額を書面に示す決まりです。", most=f"{MOST_YEN:,}"),
        )
    if items.reward_kind is not RewardKind.FIXED and not items.formula:
        yield "formula", _("報酬の計算のしかたを入力してください。額が決まらないときは、算定方法を示す決まりです。")
    if items.is_tax_included is None:
        yield "is_tax_included", _("税込か税別かを選んでください。")


def _taxes(items: Items, before: Items | None) -> Found:
    if items.withholding is None:
        yield "withholding", _("源泉徴収の対象かどうかを選んでください。仕事の種類で決まり、手取りが変わります。")


def _sides(items: Items, side: Side) -> Found:
    if side.is_company and not items.client_is_business:
        yield "client_is_business", _("会社として依頼するときは、「事業として」を選んでください。")
    withholds_any = withholds(is_company=side.is_company, has_employees=bool(items.client_has_employees))
    is_subject = items.withholding not in {None, Withholding.NOT_SUBJECT}
    if side.pays_corporation and is_subject:
        yield "withholding", _("支払い先は法人です。法人への報酬は源泉徴収をしません。「対象外」を選んでください。")
    elif items.client_has_employees is not None and is_subject and not withholds_any:
        yield "withholding", _("従業員のいない個人は源泉徴収をしません。「対象外」を選んでください。")


def _payment(items: Items, before: Items | None) -> Found:
    rule = items.payment_rule
    if rule is None:
        yield _broken_rule(items)
    elif _is_past(items.pay_on, before.pay_on if before else None):
        yield "pay_on", _("支払う日は、今日かあとの日にしてください。")
    else:
        upstream = items.upstream_due_on if items.is_re_entrusted else None
        is_fixed = items.pay_rule is PayRule.ON_A_DAY
        days = _received_on(items, before) if is_fixed or upstream else [None]
        if sentence := next(filter(None, (objection(rule, day, upstream) for day in days)), ""):
            yield "pay_on" if is_fixed else "pay_rule", sentence
    if items.is_re_entrusted and not items.upstream_client:
        yield "upstream_client", _("元委託者の名称を入力してください。再委託では、示すと30日の特例が使えます。")
    if items.is_re_entrusted and items.upstream_due_on is None:
        yield "upstream_due_on", _("元委託者の支払期日を入力してください。再委託の支払いは、この日から数えます。")


def _received_on(items: Items, before: Items | None) -> list[date | None]:
    """Return on which days something is received that is yet to be paid for, the first one first."""
    kept = before.milestones if before else ()
    coming = {each.due_on for each in items.milestones if each.due_on and not (each in kept and _is_past(each.due_on))}
    if items.last_due_on is not None:
        coming.add(items.last_due_on)
    return [*sorted(coming)] or [None]


def _broken_rule(items: Items) -> tuple[str, str]:
    if items.pay_rule is PayRule.ON_A_DAY:
        return "pay_on", _("支払う日を入力してください。支払期日を具体的な日で示す決まりです。")
    if items.pay_rule is PayRule.AFTER_RECEIPT:
        return "pay_days", _("1から60までの日数を入力してください。受け取る日を1日目として数えます。")
    return "pay_day", _("締め日と支払日を選んでください。締め日より前の日に、その月の分は払えません。")


def _undecided(items: Items, before: Items | None) -> Found:
    last = today() + timedelta(days=MOST_DAYS_UNDECIDED)
    if items.last_due_on is not None:
        last = min(last, items.last_due_on)
    for place, each in enumerate(items.undecided):
        at = f"undecided.{place}"
        if place >= MOST_UNDECIDED:
            yield f"{at}.item", _("未定事項は%(most)s件までです。", most=MOST_UNDECIDED)
        if not each.item:
            yield f"{at}.item", _("何が決まっていないかを入力してください。")
        if not each.reason:
            yield (
                f"{at}.reason",
                _("決められない理由を入力してください。未定にできるのは、正当な理由があるときだけです。"),
            )
        if each.decide_by is None:
            yield f"{at}.decide_by", _("決める予定の日を入力してください。")
        elif each.decide_by > last or _is_past(each.decide_by):
            yield (
                f"{at}.decide_by",
                _("今日から%(last)sまでの日にしてください。仕事を受け取る日より前に決めます。", last=in_words(last)),
            )


def _milestones(items: Items, before: Items | None) -> Found:
    if items.milestones and items.reward_kind is not RewardKind.FIXED:
        yield "milestones.0.title", _("区切りごとの支払いは、固定の報酬のときに使えます。")
        return
    for place, each in enumerate(items.milestones):
        at = f"milestones.{place}"
        if place >= MOST_MILESTONES:
            yield f"{at}.title", _("区切りは%(most)s件までです。", most=MOST_MILESTONES)
        if not each.title:
            yield f"{at}.title", _("区切りの名前を入力してください。例)前半20ページ")
        if each.due_on is None:
            yield f"{at}.due_on", _("この区切りを納める日を入力してください。")
        elif items.last_due_on is not None and each.due_on > items.last_due_on:
            yield f"{at}.due_on", _("全体を納める日(%(day)s)までの日にしてください。", day=in_words(items.last_due_on))
        if each.amount_yen is None or not 1 <= each.amount_yen <= MOST_YEN:
            yield f"{at}.amount_yen", _("この区切りの報酬を、1円からの整数で入力してください。")
    amounts = [each.amount_yen for each in items.milestones if each.amount_yen is not None]
    if items.milestones and items.amount_yen and len(amounts) == len(items.milestones):
        yield from _sum(amounts, items.amount_yen, len(amounts) - 1)


def _sum(amounts: list[int], whole: int, last: int) -> Found:
    if sum(amounts) != whole:
        yield (
            f"milestones.{last}.amount_yen",
            _(
                "区切りの報酬の合計が%(sum)s円です。報酬の%(whole)s円に合わせてください。",
                sum=f"{sum(amounts):,}",
                whole=f"{whole:,}",
            ),
        )


def _shares(items: Items, side: Side) -> Found:
    members = side.team_member_ids
    if members is None:
        if items.shares:
            yield "shares.0.percent", _("ひとりで受けるときは、分配はありません。")
        return
    if not items.shares:
        # The leader says it before the terms are agreed to.
        return
    ids = [each.member_id for each in items.shares]
    if side.client_id in ids or len(set(ids)) != len(ids) or not set(ids) <= members or side.worker_id not in ids:
        yield (
            "shares.0.percent",
            _("分配できるのは、代表を含むチームのメンバーだけです。画面を読み込みなおしてください。"),
        )
        return
    percents = [each.percent if each.percent is not None else -1 for each in items.shares]
    if not is_whole(percents):
        total = sum(percent for percent in percents if percent > 0)
        yield (
            "shares.0.percent",
            _("分配は0から100までの整数で、合計を100にしてください。いまは%(total)sです。", total=total),
        )


def _is_past(day: date | None, kept: date | None = None) -> bool:
    return day is not None and day < today() and day != kept


def _is_less(items: Items, before: Items) -> bool:
    """Tell whether less is paid for the same kind of reward, with tax or without."""
    if items.amount_yen is None or before.amount_yen is None or items.reward_kind is not before.reward_kind:
        return False
    return items.amount_yen < before.amount_yen or (bool(items.is_tax_included) and not before.is_tax_included)
