"""会社名で探す: what is folded, what is found, in which order, and how far one leafs."""

import pytest

from marketplace.accounts.models import Member
from marketplace.companies import queries, service
from marketplace.companies.folding import folded, keys_of, words_of
from marketplace.companies.queries import finding
from marketplace.companies.service import CompanyChanges
from tests.factories.companies import CompanyFactory


def found(typed: str, cursor: str = "", size: int = 20) -> list[str]:
    return [row.company.slug for row in queries.find(typed, cursor, size).rows]


@pytest.mark.parametrize(
    "written",
    [
        *("株式会社みなぎわ測器", "みなぎわ測器株式会社", "(株)みなぎわ測器", "（株）みなぎわ測器", "㈱みなぎわ測器"),
        *(
            "みなぎわ測器㈱",
            "みなぎわ測器",
            "ミナギワ測器",
            "ﾐﾅｷﾞﾜ測器",
            " みなぎわ　測器 ",
            "みなぎわ・測器",
            "株式會社みなぎわ測器",
        ),
    ],
)
def test_every_way_to_write_a_company_is_one(written: str) -> None:
    assert folded(written) == "ミナギワ測器"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Minagiwa Sokki Co., Ltd.", "minagiwasokki"),
        ("ＭＩＮＡＧＩＷＡ　Ｓｏｋｋｉ，Ｉｎｃ．", "minagiwasokki"),
        ("Ｍｉｎａｇｉｗａ K.K.", "minagiwa"),
        ("有限会社ア－ト", "アート"),
        ("㈲やまだ", "ヤマダ"),
        *(("カ)ヤマダ", "ヤマダ"), ("ﾔﾏﾀﾞ(ｶ", "ヤマダ"), ("ヤマダ（カ）トウキヨウ", "ヤマダトウキヨウ"), ("カ)", "カ")),
        ("NPO法人ひだまり", "ヒダマリ"),
        ("特定非営利活動法人ひだまり", "ヒダマリ"),
        ("税理士法人こだま", "コダマ"),
        ("株式会社", "株式会社"),
        ("渡邉商店", "渡辺商店"),
        ("！？", ""),
    ],
)
def test_forms_of_companies_old_letters_and_signs_do_not_count(written: str, key: str) -> None:
    assert folded(written) == key


def test_words_are_what_is_typed_without_the_forms() -> None:
    assert words_of("株式会社 みなぎわ 東京") == ("ミナギワ", "東京")
    assert words_of("taro@minagiwa.co.jp") == ("minagiwacojp",)
    assert words_of("㈱") == ("株",)
    assert words_of("\x00 *") == ()
    assert len(words_of("あ い う え お か")) == 4


def test_keys_begin_at_every_letter_and_at_every_label_that_names_somebody() -> None:
    assert list(keys_of(["みなぎ", ""], ["mail.minagi.co.jp"])) == [
        *((0, "mailminagicojp"), (0, "minagicojp"), (0, "ミナギ")),
        *((1, "ギ"), (1, "ナギ")),
    ]
    assert max(len(key) for _place, key in keys_of(["あ" * 80], [])) == 24


@pytest.mark.usefixtures("session")
def test_a_company_is_found_by_its_name_its_reading_and_its_domain(ana: Member, make_company: CompanyFactory) -> None:
    make_company("minagiwa", ana, name="株式会社みなぎわ測器", reading="ミナギワソッキ", domain="minagiwa.co.jp")
    make_company("aosagi", ana, name="あおさぎ工機")
    for typed in (
        "㈱みなぎわ",
        "ぎわ測",
        "そっき",
        "ｿｯｷ",
        "minagiwa.co.jp",
        "Minagiwa",
        "hana@minagiwa.co.jp",
        "測器 みなぎわ",
    ):
        assert found(typed) == ["minagiwa"], typed
    assert found("カ) ミナギワ ソッキ") == found("ﾐﾅｷﾞﾜｿｯｷ(ｶ") == ["minagiwa"]
    for typed in ("みなぎわ商事", "co.jp", "jp", "", "*", "みなぎわ 工機", "_", "%"):
        assert found(typed) == [], typed


@pytest.mark.usefixtures("session")
def test_who_begins_so_stands_first_and_of_them_the_shortest(ana: Member, make_company: CompanyFactory) -> None:
    make_company("third", ana, name="大和システム")
    make_company("second", ana, name="システム工房")
    make_company("first", ana, name="株式会社システム")
    assert found("システム") == ["first", "second", "third"]


@pytest.mark.usefixtures("session")
def test_one_leafs_forwards_and_backwards(ana: Member, make_company: CompanyFactory) -> None:
    for letter in "abcde":
        make_company(f"tea{letter}", ana, name=f"お茶{letter}")
    first = queries.find("お茶", size=2)
    assert (first.total, first.previous_cursor) == (5, None)
    second = queries.find("お茶", first.next_cursor or "", size=2)
    assert [row.company.slug for row in second.rows] == ["teac", "tead"]
    assert second.previous_cursor == ""
    last = queries.find("お茶", second.next_cursor or "", size=2)
    assert ([row.company.slug for row in last.rows], last.next_cursor) == (["teae"], None)
    assert found("お茶", last.previous_cursor or "", 2) == ["teac", "tead"]
    assert found("お茶", "nonsense", 2) == ["teaa", "teab"]


@pytest.mark.usefixtures("session")
def test_no_word_is_looked_up_without_end(
    ana: Member, make_company: CompanyFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    for letter in "abcde":
        make_company(f"tea{letter}", ana, name=f"お茶{letter}")
    monkeypatch.setattr(finding, "MOST_FOUND", 3)
    assert queries.find("お茶").total == 3
    monkeypatch.setattr(finding, "MOST_KEYS", 2)
    assert queries.find("お茶").total == 2


@pytest.mark.usefixtures("session")
def test_what_is_found_follows_an_edit_and_ends_with_the_company(ana: Member, make_company: CompanyFactory) -> None:
    company = make_company("tea", ana, name="お茶")
    service.edit(ana, company, CompanyChanges(name="珈琲", reading="コーヒー"), company.version)
    assert (found("お茶"), found("こーひー")) == ([], ["tea"])
    service.close(ana, company)
    assert found("珈琲") == []


@pytest.mark.usefixtures("session")
def test_the_newest_and_those_of_the_same_number_are_told(ana: Member, make_company: CompanyFactory) -> None:
    one = make_company("tea", ana, corporate_number="7000012050002")
    make_company("coffee", ana, corporate_number="7000012050002")
    assert [row.company.slug for row in queries.newest()] == ["coffee", "tea"]
    assert [row.company.slug for row in queries.of_number("7000012050002", one.id)] == ["coffee"]


@pytest.mark.usefixtures("session")
def test_a_company_is_found_by_its_number_and_by_its_form_alone(
    ana: Member, ben: Member, make_company: CompanyFactory
) -> None:
    make_company("minagiwa", ana, name="株式会社みなぎわ測器", corporate_number="7000012050002")
    make_company("aosagi", ben, name="株式会社あおさぎ")
    make_company("tsumugi", ben, name="つむぎ印刷合同会社")
    for typed in ("7000012050002", "T7000012050002", "7-0000-1205-0002", "７００００１２０５０００２"):
        assert found(typed) == ["minagiwa"], typed
    assert found("7000012050003") == []
    assert found("株式会社") == ["aosagi", "minagiwa"]
    assert found(" 合同会社 ") == ["tsumugi"]
    assert found("有限会社") == []


@pytest.mark.usefixtures("session")
def test_of_the_newest_those_alone_that_were_checked(ana: Member, ben: Member, make_company: CompanyFactory) -> None:
    make_company("minagiwa", ana, domain="minagiwa.co.jp")
    make_company("aosagi", ben)
    assert [row.company.slug for row in queries.newest(only_checked=True)] == ["minagiwa"]
