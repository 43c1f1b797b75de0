"""What the matters of notifications are called, and what belongs to each."""

from marketplace.i18n import _l
from marketplace.notifications.models import Matter

LABELS = {
    Matter.INVITATIONS: _l("招待"),
    Matter.MESSAGES: _l("メッセージ"),
    Matter.TEAMS: _l("チーム"),
    Matter.FOLLOWS: _l("フォロワー"),
}

CONTENTS = {
    Matter.INVITATIONS: _l("チームへの招待と参加の申し込み、その回答"),
    Matter.MESSAGES: _l("届いたメッセージと、受け入れられたリクエスト"),
    Matter.TEAMS: _l("入っているチームの脱退、引き継ぎ、解散"),
    Matter.FOLLOWS: _l("あなたをフォローした人"),
}
