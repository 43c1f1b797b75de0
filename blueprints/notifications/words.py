"""What the matters of notifications are called, and what belongs to each."""

from marketplace.i18n import _l
from marketplace.notifications.models import Matter

LABELS = {
    Matter.INVITATIONS: _l("招待"),
    Matter.MESSAGES: _l("メッセージ"),
    Matter.TEAMS: _l("チームと会社"),
    Matter.FOLLOWS: _l("フォロワー"),
    Matter.WORK: _l("案件と取引"),
    Matter.MODERATION: _l("事務局"),
}

CONTENTS = {
    Matter.INVITATIONS: _l("チームへの招待、チームや会社への申し込み、その回答"),
    Matter.MESSAGES: _l("届いたメッセージと、受け入れられたリクエスト"),
    Matter.TEAMS: _l("入っているチームと会社の出入り、引き継ぎ、終わり"),
    Matter.FOLLOWS: _l("あなたをフォローした人"),
    Matter.WORK: _l("案件への応募とその回答、取引の条件、納品、検収、支払い、評価、近づいた期日"),
    Matter.MODERATION: _l("知らせたことの結果。あなたについての判断は、いつもメールでもお送りします"),
}
