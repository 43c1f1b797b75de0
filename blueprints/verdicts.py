"""Why something is reported and decided, in words: the same for who reports, who decides, and whom it concerns."""

from marketplace.i18n import _l
from marketplace.moderation.models import ReportReason

REASON_WORDS = {
    ReportReason.SPAM: _l("宣伝や、一斉に送られた文面"),
    ReportReason.HARASSMENT: _l("いやがらせ、脅し、つきまとい"),
    ReportReason.FRAUD: _l("だまして支払わせる、サイトの外での取引に誘う"),
    ReportReason.PRIVACY: _l("ほかの人の個人情報や秘密"),
    ReportReason.IMPERSONATION: _l("ほかの人や会社になりすましている"),
    ReportReason.RIGHTS: _l("著作権や商標など、権利の侵害"),
    ReportReason.OTHER: _l("そのほか"),
}
