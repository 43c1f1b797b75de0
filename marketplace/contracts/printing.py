"""A notice of terms in words, section by section, and as a PDF: the page shows what is on paper."""

from datetime import date, datetime

from babel.dates import format_date

from marketplace.clock import TOKYO, local_day
from marketplace.contracts.models import Rights, SecrecyAgreement, Withholding
from marketplace.contracts.notice import Notice, Party
from marketplace.i18n import _, current_language, grouped, speaking
from marketplace.jobs.models import RewardKind
from marketplace.typesetting import Row, Section, typeset


def render(notice: Notice, language: str) -> bytes:
    """Return the notice as a PDF in `language`; what the parties wrote stands as they wrote it."""
    with speaking(language):
        title = title_of(notice)
        version = _("第%(number)s版", number=notice.version)
        data = {
            "title": title,
            "foot": f"{title} / {notice.number} / {version}",
            "facts": [
                {"label": _("文書番号"), "value": f"{notice.number} / {version}"},
                {"label": _("交付"), "value": moment_of(notice.issued_at)},
            ],
            "opening": opening_of(notice),
            "sections": sections_of(notice),
        }
        return typeset("contracts/notice.typ", data, notice.issued_at)


def title_of(notice: Notice) -> str:
    """Return what the document is called."""
    return _("取引条件通知書(再委託)") if notice.is_to_member else _("取引条件通知書")


def opening_of(notice: Notice) -> str:
    """Return the sentences that say what happened, and by which law it is told."""
    names = {"client": notice.client.name, "worker": notice.worker.name}
    if not notice.entrusted_on:
        return _("%(client)sが、%(worker)sに業務を委託する条件の案です。まだ同意されていません。", **names)
    said = _("%(client)sは、%(worker)sに、次の条件で業務を委託しました。", **names)
    if not notice.client_is_business:
        return said
    law = _("この書面は、特定受託事業者に係る取引の適正化等に関する法律(フリーランス法)第3条にもとづく明示です。")
    return f"{said}\n{law}"


def sections_of(notice: Notice) -> list[Section]:
    """Return everything that the notice says, in the language being spoken: the items of Article 3, and what else."""
    told = [
        _parties(notice),
        _work(notice),
        _reward(notice),
        _payment(notice),
        _re_entrusting(notice),
        _milestones(notice),
        _shares(notice),
        _undecided(notice),
        _others(notice),
        _agreements(notice),
    ]
    return [section for section in told if section.rows or section.body]


def _parties(notice: Notice) -> Section:
    client, worker = _("クライアント(委託者)"), _("ワーカー(受託者)")
    if notice.is_to_member:
        client, worker = _("チームの代表(委託者)"), _("メンバー(受託者)")
    return Section(
        _("当事者"),
        (
            Row(client, notice.client.name, _person(notice.client)),
            Row(worker, notice.worker.name, _person(notice.worker)),
            Row(_("業務を委託した日"), _day(notice.entrusted_on) if notice.entrusted_on else _("双方が同意した日")),
        ),
    )


def _person(party: Party) -> str:
    """Say who acts for a party, so that nobody else can be meant."""
    named = {"nickname": party.nickname, "username": party.username}
    if party.company:
        return _("「%(company)s」として手続きをした会員 / %(nickname)s @%(username)s", company=party.company, **named)
    if party.team:
        return _("チーム「%(team)s」の代表 / %(nickname)s @%(username)s", team=party.team, **named)
    return _("会員 / %(nickname)s @%(username)s", **named)


def _work(notice: Notice) -> Section:
    place = "\n".join(filter(None, [_("オンライン") if notice.is_remote else "", notice.place]))
    return Section(
        _("業務"),
        (
            Row(_("件名"), notice.title),
            *([Row(_("担当する部分"), notice.part)] if notice.part else []),
            Row(_("給付・役務の内容"), notice.scope),
            Row(_("成果物の権利"), Rights(notice.rights).label, notice.rights_note),
            *_when(notice),
            Row(_("受領・提供の場所"), place),
            _inspection(notice),
            Row(_("修正"), _revisions(notice.revision_limit)),
        ),
    )


def _when(notice: Notice) -> list[Row]:
    rows = []
    if notice.due_on:
        rows.append(Row(_("受領の期日"), _day(notice.due_on)))
    if notice.starts_on and notice.ends_on:
        period = _("%(first)sから%(last)sまで", first=_day(notice.starts_on), last=_day(notice.ends_on))
        rows.append(Row(_("役務を提供する期間"), period))
    return rows


def _inspection(notice: Notice) -> Row:
    label = _("検査を完了する日")
    if not notice.inspected_by:
        return Row(label, _("検査はしません。受け取った日に完了します。"))
    rule = _("受け取った日の翌日から数えて%(days)s日以内", days=notice.inspection_days)
    silence = _("それまでに返答がないときは、検査に合格したものとします。")
    example = _("期日に受け取った場合は%(day)sです。", day=_day(notice.inspected_by))
    return Row(label, rule, _said(example, silence))


def _revisions(limit: int) -> str:
    if not limit:
        return _("修正の依頼はしません。")
    return _("取引条件と合わないところの修正の依頼は、%(limit)s回までです。", limit=limit)


def _reward(notice: Notice) -> Section:
    rows = [
        Row(_("報酬の額"), _amount(notice), notice.formula),
        Row(_("源泉徴収"), Withholding(notice.withholding).label, _withholding_note(notice)),
    ]
    if notice.fee_yen is None or notice.tax_yen is None or notice.net_yen is None:
        return Section(_("報酬"), tuple(rows))
    return Section(
        _("報酬"),
        tuple(rows),
        head=(
            _("報酬(税別)"),
            _("消費税(%(percent)s%%)", percent=notice.tax_percent),
            _("源泉徴収する所得税"),
            _("支払う額"),
        ),
        body=(
            tuple(
                _yen(amount or 0) for amount in (notice.fee_yen, notice.tax_yen, notice.withheld_yen, notice.net_yen)
            ),
        ),
        widths=(1, 1, 1, 1),
        numbers=(0, 1, 2, 3),
    )


def _amount(notice: Notice) -> str:
    amount = _yen(notice.amount_yen)
    taxed = _("%(amount)s(税込)", amount=amount) if notice.is_tax_included else _("%(amount)s(税別)", amount=amount)
    match RewardKind(notice.reward_kind):
        case RewardKind.HOURLY:
            said = _("1時間あたり%(amount)s", amount=taxed)
        case RewardKind.PIECE:
            said = _("1件あたり%(amount)s", amount=taxed)
        case _:
            return taxed
    return said if notice.percent == 100 else _("%(amount)sの%(percent)s%%", amount=said, percent=notice.percent)


def _withholding_note(notice: Notice) -> str:
    if Withholding(notice.withholding) is Withholding.NOT_SUBJECT:
        return ""
    if notice.withheld_yen is None:
        return _("所得税と復興特別所得税を、支払いのたびにその額から計算し、支払う側が納めます。")
    if not notice.withheld_yen:
        return _("支払う側または受け取る側の立場により、この支払いからは差し引きません。")
    return _("所得税と復興特別所得税を報酬から差し引き、支払う側が納めます。")


def _payment(notice: Notice) -> Section:
    return Section(
        _("支払い"),
        (
            Row(_("支払期日"), _pay_rule(notice), _pay_days(notice)),
            Row(
                _("支払方法"),
                notice.pay_method or _("銀行振込"),
                _("振込などの手数料は支払う側が負担し、報酬から差し引きません。"),
            ),
        ),
    )


def _is_paid_in_parts(notice: Notice) -> bool:
    return any(part.paid_on for part in notice.milestones)


def _pay_rule(notice: Notice) -> str:
    if notice.is_to_member and _is_paid_in_parts(notice):
        return _("マイルストーンごとに、その表の支払期日に支払います。")
    return notice.payment_rule.label(_day(notice.pay_on) if notice.pay_on else "")


def _pay_days(notice: Notice) -> str:
    """Say which days the rule and the law come to."""
    if _is_paid_in_parts(notice):
        return _pay_days_of_parts(notice)
    paid, limit = _day(notice.paid_on), _day(notice.pay_limit_on)
    said = "" if notice.paid_on == notice.pay_on else _("期日に受け取った場合は%(day)sです。", day=paid)
    if not notice.client_is_business:
        return said
    if notice.is_re_entrusted:
        return _said(
            said, _("フリーランス法の限度は、元委託業務の支払期日を1日目として30日目の%(day)sです。", day=limit)
        )
    counted = _("フリーランス法の限度は、検査にかかわらず、受け取った日を1日目として60日目の%(day)sです。", day=limit)
    return _said(said, counted)


def _pay_days_of_parts(notice: Notice) -> str:
    said = _("それぞれの期日に受け取った場合の支払期日は、マイルストーンの表のとおりです。")
    if not notice.client_is_business:
        return said
    if notice.is_re_entrusted:
        return _said(said, _("フリーランス法の限度は、それぞれ、元委託業務の支払期日を1日目として30日目です。"))
    limit = _("フリーランス法の限度は、それぞれ、検査にかかわらず、受け取った日を1日目として60日目です。")
    return _said(said, limit)


def _said(*sentences: str) -> str:
    """Put sentences in one line."""
    return ("" if current_language() == "ja" else " ").join(filter(None, sentences))


def _re_entrusting(notice: Notice) -> Section:
    if not notice.is_re_entrusted or not notice.upstream_due_on:
        return Section("")
    return Section(
        _("再委託"),
        (
            Row(_("再委託であること"), _("この業務は、委託者が次の元委託者から受けた業務の全部または一部です。")),
            Row(_("元委託者の名称"), notice.upstream_client),
            Row(_("元委託業務の支払期日"), _upstream_days(notice, notice.upstream_due_on)),
        ),
    )


def _upstream_days(notice: Notice, day: date) -> str:
    if any(part.upstream_due_on for part in notice.milestones):
        return _("マイルストーンごとに、その表のとおりです。")
    return _day(day)


def _milestones(notice: Notice) -> Section:
    if _is_paid_in_parts(notice):
        return _paid_milestones(notice)
    return Section(
        _("マイルストーン"),
        head=(_("内容"), _("期日"), _("金額")),
        body=tuple((part.title, _day(part.due_on), _yen(part.amount_yen)) for part in notice.milestones),
        widths=(5, 3, 2),
        numbers=(2,),
    )


def _paid_milestones(notice: Notice) -> Section:
    """Say of each part when it is received and paid; towards a member also when the client pays."""
    upstream = [_("元委託業務の支払期日")] if notice.is_to_member else []
    rows = []
    for part in notice.milestones:
        days = [part.upstream_due_on, part.paid_on] if notice.is_to_member else [part.paid_on]
        rows.append((part.title, _day(part.due_on), _yen(part.amount_yen), *(_day(each) for each in days if each)))
    return Section(
        _("マイルストーン"),
        head=(_("内容"), _("期日"), _("金額"), *upstream, _("支払期日")),
        body=tuple(rows),
        widths=(3, 3, 2, *(3 for _each in upstream), 3),
        numbers=(2,),
    )


def _shares(notice: Notice) -> Section:
    return Section(
        _("チームの分担"),
        head=(_("メンバー"), _("担当する部分"), _("割合"), _("金額")),
        body=tuple(
            (
                f"{share.name} @{share.username}",
                share.part,
                f"{share.percent}%",
                "" if share.amount_yen is None else _yen(share.amount_yen),
            )
            for share in notice.shares
        ),
        widths=(4, 5, 1, 2),
        numbers=(2, 3),
    )


def _undecided(notice: Notice) -> Section:
    return Section(
        _("未定の事項"),
        head=(_("事項"), _("定められない理由"), _("定める予定の日")),
        body=tuple((each.item, each.reason, _day(each.decide_by)) for each in notice.undecided),
        widths=(3, 5, 3),
    )


def _others(notice: Notice) -> Section:
    return Section(
        _("その他"),
        (
            Row(_("途中で終わるとき"), notice.ending_note or _("個別の定めはありません。")),
            Row(_("秘密保持"), notice.confidentiality or _("この取引だけの秘密保持の合意はありません。")),
        ),
    )


def _agreements(notice: Notice) -> Section:
    agreed = [(_("委託者の同意"), notice.client_agreed_at), (_("受託者の同意"), notice.worker_agreed_at)]
    rows = [Row(label, moment_of(at)) for label, at in agreed if at]
    if notice.change_reason:
        rows.append(Row(_("この版にした理由"), notice.change_reason))
    return Section(_("同意の記録"), tuple(rows))


def _yen(amount: int) -> str:
    return _("%(amount)s円", amount=grouped(amount))


def mention_of(agreement: SecrecyAgreement | None) -> str:
    """Return how a notice names the agreement of confidentiality that all have signed; empty when there is none."""
    if agreement is None or agreement.ended_at is None:
        return ""
    return _("秘密保持の合意(%(day)sに全員が署名)", day=_day(local_day(agreement.ended_at)))


def _day(day: date) -> str:
    language = current_language()
    return str(format_date(day, "y年M月d日(E)" if language == "ja" else "EEE, MMM d, y", locale=language))


def moment_of(moment: datetime) -> str:
    """Return a moment as documents say it."""
    there = moment.astimezone(TOKYO)
    return _("%(day)s %(time)s(日本時間)", day=_day(there.date()), time=f"{there.hour}:{there.minute:02}")
