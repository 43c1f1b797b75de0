"""Words by which one tells what the law protects most: illness, belief, origin, crime (H-07, 要配慮個人情報)."""

from marketplace.careers.folding import plain

WORDS = (
    # Illness, disability, treatment
    "病歴",
    "持病",
    "難病",
    "闘病",
    "療養",
    "病気",
    "通院",
    "入院",
    "服薬",
    "治療",
    "患者会",
    "うつ病",
    "鬱",
    "癌",
    "がん患者",
    "糖尿病",
    "障害者",
    "障がい",
    "障碍",
    "発達障害",
    "精神障害",
    "依存症",
    "不妊",
    "妊活",
    "健康診断",
    # Belief, politics, unions
    "信条",
    "信仰",
    "宗教",
    "教会",
    "礼拝",
    "布教",
    "入信",
    "信者",
    "政党",
    "党員",
    "選挙運動",
    "政治活動",
    "労働組合",
    # Origin and status
    "人種",
    "少数民族",
    "本籍",
    "同和",
    "部落",
    "在日外国人",
    "在日韓国",
    "在日朝鮮",
    "在日コリアン",
    # Crime, as doer or as victim
    "前科",
    "犯罪歴",
    "逮捕",
    "服役",
    "保護観察",
    "犯罪被害",
    "被害者",
    # Whom one loves: not in the law's list, guarded all the same
    "性的指向",
    "性自認",
    "同性愛",
    "LGBT",
    "トランスジェンダー",
)


def words_in(*texts: str) -> list[str]:
    """Return which of the words stand in `texts`, in the order of the table."""
    joined = "\n".join(plain(text) for text in texts)
    return [word for word in WORDS if plain(word) in joined]
