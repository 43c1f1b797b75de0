"""The kinds of work there are, and whether income tax is usually withheld from what is paid for them."""

from enum import StrEnum

from marketplace.i18n import _l


class WithholdingClass(StrEnum):
    """Whether income tax is withheld from a fee (源泉徴収, 所得税法204条)."""

    SUBJECT = "subject"
    """対象: the law names such work."""
    NOT_SUBJECT = "not_subject"
    """対象外: it does not."""
    ASK = "ask"
    """要確認: it depends on what is done; the client decides once per contract."""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_CLASS_LABELS[self])


class Category(StrEnum):
    """What kind of work it is: a closed list, of which a job has one."""

    TRANSLATION = "translation"
    """翻訳・通訳"""
    WRITING = "writing"
    """ライティング・編集"""
    DESIGN = "design"
    """デザイン"""
    ILLUSTRATION = "illustration"
    """イラスト・漫画"""
    PHOTO_VIDEO = "photo_video"
    """写真・動画"""
    DEVELOPMENT = "development"
    """システム開発"""
    WEB = "web"
    """Web制作: design and coding in one."""
    OFFICE_WORK = "office_work"
    """データ入力・事務"""
    ACCOUNTING = "accounting"
    """経理・財務: book-keeping, and what only tax accountants may do."""
    LEGAL = "legal"
    """法務・士業"""
    MARKETING = "marketing"
    """マーケティング・広告運用"""
    RESEARCH = "research"
    """調査・リサーチ: interviews too."""
    CONSULTING = "consulting"
    """コンサルティング"""
    TEACHING = "teaching"
    """教育・講師: lectures too."""
    MUSIC_VOICE = "music_voice"
    """音楽・音声"""
    APPEARANCE = "appearance"
    """出演・モデル・司会"""
    HOUSEHOLD = "household"
    """暮らしの手伝い"""
    ON_SITE = "on_site"
    """現地作業・配達"""
    OTHER = "other"
    """その他: last in every list."""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_CATEGORY_LABELS[self])

    @property
    def withholding_class(self) -> WithholdingClass:
        """What is assumed until a client says otherwise."""
        return _WITHHELD.get(self, WithholdingClass.ASK)


_CLASS_LABELS = {
    WithholdingClass.SUBJECT: _l("源泉徴収の対象"),
    WithholdingClass.NOT_SUBJECT: _l("源泉徴収の対象外"),
    WithholdingClass.ASK: _l("要確認"),
}
_CATEGORY_LABELS = {
    Category.TRANSLATION: _l("翻訳・通訳"),
    Category.WRITING: _l("ライティング・編集"),
    Category.DESIGN: _l("デザイン"),
    Category.ILLUSTRATION: _l("イラスト・漫画"),
    Category.PHOTO_VIDEO: _l("写真・動画"),
    Category.DEVELOPMENT: _l("システム開発"),
    Category.WEB: _l("Web制作"),
    Category.OFFICE_WORK: _l("データ入力・事務"),
    Category.ACCOUNTING: _l("経理・財務"),
    Category.LEGAL: _l("法務・士業"),
    Category.MARKETING: _l("マーケティング・広告運用"),
    Category.RESEARCH: _l("調査・リサーチ"),
    Category.CONSULTING: _l("コンサルティング"),
    Category.TEACHING: _l("教育・講師"),
    Category.MUSIC_VOICE: _l("音楽・音声"),
    Category.APPEARANCE: _l("出演・モデル・司会"),
    Category.HOUSEHOLD: _l("暮らしの手伝い"),
    Category.ON_SITE: _l("現地作業・配達"),
    Category.OTHER: _l("その他"),
}
_WITHHELD = {
    Category.TRANSLATION: WithholdingClass.SUBJECT,
    Category.WRITING: WithholdingClass.SUBJECT,
    Category.DESIGN: WithholdingClass.SUBJECT,
    Category.ILLUSTRATION: WithholdingClass.SUBJECT,
    Category.TEACHING: WithholdingClass.SUBJECT,
    Category.DEVELOPMENT: WithholdingClass.NOT_SUBJECT,
    Category.OFFICE_WORK: WithholdingClass.NOT_SUBJECT,
    Category.MARKETING: WithholdingClass.NOT_SUBJECT,
    Category.HOUSEHOLD: WithholdingClass.NOT_SUBJECT,
    Category.ON_SITE: WithholdingClass.NOT_SUBJECT,
}
