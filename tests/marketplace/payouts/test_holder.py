"""The holder of an account, in the characters of banks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.errors import Invalid
from marketplace.payouts import holder

KANA = "".join(map(chr, range(0x3041, 0x3097))) + "".join(map(chr, range(0x30A1, 0x30F7))) + "ー・"
HALF = "".join(map(chr, range(0xFF66, 0xFFA0)))
OTHERS = "ABCxyzＡｂ０9 　()（）.-－‐−"
TYPED = st.text(st.sampled_from(KANA + HALF + OTHERS + "゛゜"), max_size=40)
ALLOWED = set("ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ ().-")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("やまだ　たろう", "ﾔﾏﾀﾞ ﾀﾛｳ"),
        ("ヤマダ・タロー", "ﾔﾏﾀﾞ ﾀﾛ-"),
        ("ｷｬｯﾄ", "ｷﾔﾂﾄ"),
        ("か゛き゛ は゜", "ｶﾞｷﾞ ﾊﾟ"),
        ("ヲノ ヴィオラ ヶ", "ｵﾉ ｳﾞｲｵﾗ ｹ"),
        ("musubi ７", "MUSUBI 7"),
        ("株式会社ムスビ", "ｶ)ﾑｽﾋﾞ"),
        ("ムスビ 株式会社", "ﾑｽﾋﾞ(ｶ"),
        ("㈱ムスビ", "ｶ)ﾑｽﾋﾞ"),
        ("カブシキガイシャ ムスビ", "ｶ)ﾑｽﾋﾞ"),
        ("合同会社フォー", "ﾄﾞ)ﾌｵ-"),
        ("有限会社ムスビ京都".replace("京都", "キョウト"), "ﾕ)ﾑｽﾋﾞｷﾖｳﾄ"),
        ("ムスビ株式会社キョウト", "ﾑｽﾋﾞ(ｶ)ｷﾖｳﾄ"),
        ("税理士法人ムスビ", "ｾﾞｲ)ﾑｽﾋﾞ"),
        ("NPO法人ムスビ", "ﾄｸﾋ)ﾑｽﾋﾞ"),
        ("ムスビ（株）キョウト営業所", "ﾑｽﾋﾞ(ｶ)ｷﾖｳﾄ(ｴｲ"),
        ("カ)ムスビ", "ｶ)ﾑｽﾋﾞ"),
    ],
)
def test_a_holder_is_written_as_banks_write_it(typed: str, sent: str) -> None:
    assert holder.canonical(typed) == sent
    assert holder.encoded(sent) == sent.encode("shift_jis")


@pytest.mark.parametrize(
    ("typed", "strange"),
    [
        ("山田 タロウ", "山田"),
        ("株式会社結び", "結"),
        ("ヤマダ,タロウ", ","),
        ("ｱ\r\nｲ*", "*"),
        ("ア😀", "😀"),
        ("ヤマダ〜", "〜"),
    ],
)
def test_what_no_bank_takes_is_refused_by_name(typed: str, strange: str) -> None:
    with pytest.raises(Invalid, match="銀行に送れません") as refused:
        holder.canonical(typed)
    assert f"「{strange}」" in refused.value.sentence


@pytest.mark.parametrize("typed", ["゛ア", "ｶﾞﾞ", "Aﾞ", "ｱ ﾟ", "ｱﾞ", "ﾅﾞ", "ﾜﾞ", "ﾝﾞ", "ｶﾟ", "ｳﾟ", "ﾏﾞ"])
def test_a_mark_needs_its_kana(typed: str) -> None:
    with pytest.raises(Invalid, match="濁点"):
        holder.canonical(typed)


def test_a_long_holder_is_not_cut_but_told_where_to_end() -> None:
    assert len(holder.canonical("ア" * 30)) == holder.MOST_BYTES
    with pytest.raises(Invalid) as refused:
        holder.canonical("ア" * 29 + "ガ")
    assert f"「{'ｱ' * 29}」" in refused.value.sentence
    assert "31バイト" in refused.value.sentence
    with pytest.raises(Invalid):
        holder.canonical("ア" * (holder.MOST_TYPED + 1))


@given(TYPED)
def test_what_is_accepted_is_only_what_banks_take_and_stays_as_it_is(typed: str) -> None:
    try:
        found = holder.canonical(typed)
    except Invalid:
        return
    assert set(found) <= ALLOWED
    assert len(holder.encoded(found)) == len(found) <= holder.MOST_BYTES
    assert holder.encoded(found).decode("cp932") == found
    assert holder.canonical(found) == found
    assert "\r" not in found
    assert "\n" not in found


@given(st.text(st.sampled_from("カガパボン A("), max_size=60), st.integers(1, 40))
def test_a_kana_is_never_parted_from_its_mark(typed: str, most: int) -> None:
    whole = holder.written(typed)
    cut = holder.head(whole, most)
    assert len(cut) <= most
    assert whole.startswith(cut)
    assert whole[len(cut) : len(cut) + 1] not in {"ﾞ", "ﾟ"}
    # As much as fits: at most a kana without its mark, and spaces at the end, are left out.
    assert len(cut) >= len(whole[:most].rstrip()) - 1 or " " in whole[len(cut) : most]


@given(TYPED)
def test_a_name_is_the_same_however_it_is_typed(typed: str) -> None:
    try:
        found = holder.canonical(typed)
    except Invalid:
        return
    assert holder.is_same_name(found, typed) is bool(found.replace(" ", "").replace(".", ""))
    assert not holder.is_same_name(found, typed + "ア")


def test_no_name_is_the_same_as_no_name() -> None:
    assert not holder.is_same_name("", "")
    assert holder.is_same_name("ﾔﾏﾀﾞﾀﾛｳ", "ヤマダ タロウ")
    assert not holder.is_same_name("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ タロー")
