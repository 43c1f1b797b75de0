"""Protected professions: whose names only those may bear who are registered or licensed (Q-12)."""

import re

from marketplace.careers.folding import plain

PROTECTED = (
    # Law and accounting
    "弁護士",
    "司法書士",
    "行政書士",
    "土地家屋調査士",
    "海事代理士",
    "弁理士",
    "公認会計士",
    "会計士補",
    "税理士",
    "社会保険労務士",
    "社労士",
    "不動産鑑定士",
    # Medicine and care; 歯科医師, 獣医師, 准看護師 and others of the kind contain these
    "医師",
    "薬剤師",
    "看護師",
    "保健師",
    "助産師",
    "診療放射線技師",
    "臨床検査技師",
    "臨床工学技士",
    "理学療法士",
    "作業療法士",
    "視能訓練士",
    "言語聴覚士",
    "義肢装具士",
    "歯科衛生士",
    "歯科技工士",
    "救急救命士",
    "柔道整復師",
    "はり師",
    "きゅう師",
    "マッサージ指圧師",
    "公認心理師",
    "社会福祉士",
    "介護福祉士",
    "精神保健福祉士",
    "保育士",
    "栄養士",
    "調理師",
    "製菓衛生師",
    # Trades, languages, advice (職業能力開発促進法, 通訳案内士法, and others)
    "技能士",
    "全国通訳案内士",
    "通関士",
    "マンション管理士",
    "キャリアコンサルタント",
    "情報処理安全確保支援士",
    # Building and engineering
    "建築士",
    "技術士",
)
"""Titles that a law reserves and on which clients rely.

宅地建物取引士 is left out: Q-02 wants it found by its short name, before anything can be verified.
"""

_NOT_THE_TITLE = "試験|科目|事務|補助|秘書|助手"
"""What follows a title when the title itself is not claimed: an exam passed, the work beside the profession."""

_CLAIMED = re.compile(f"(?:{'|'.join(map(re.escape, PROTECTED))})(?!{_NOT_THE_TITLE})")


def is_protected(*names: str) -> bool:
    """Tell whether one of `names` claims the title of a protected profession, alone or among other words."""
    return any(_CLAIMED.search(plain(name)) for name in names)
