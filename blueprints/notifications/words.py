"""What the matters of notifications are called, and what belongs to each."""

from marketplace.i18n import _l
from marketplace.notifications.models import Matter

LABELS = {
    Matter.INVITATIONS: _l("招待"),
    Matter.MESSAGES: _l("メッセージ"),
    Matter.TEAMS: _l("チームと会社"),
    Matter.FOLLOWS: _l("フォロワー"),
    Matter.MODERATION: _l("事務局"),
}

CONTENTS = {
    Matter.INVITATIONS: _l("チームへの招待、チームや会社への申し込み、その回答"),
    Matter.MESSAGES: _l("届いたメッセージと、受け入れられたリクエスト"),
    Matter.TEAMS: _l("入っているチームと会社の出入り、引き継ぎ、終わり"),
    Matter.FOLLOWS: _l("あなたをフォローした人"),
    Matter.MODERATION: _l("知らせたことの結果。あなたについての判断は、いつもメールでもお送りします"),
}
