"""Banks, branches, passbooks of Japan Post Bank, and the numbers of invoice issuers."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.jp import cn

from marketplace.errors import Invalid
from marketplace.payouts import banks, invoice_numbers, japan_post
from marketplace.payouts.invoice_numbers import Doubtful
from marketplace.payouts.models import AccountKind, Entity

MIZUHO = "みずほ(0001)"
NUMBER = "T7000012050002"


@pytest.mark.parametrize(
    "typed",
    ["みずほ", "みずほ銀行", "ミズホ", "ﾐｽﾞﾎ", "0001", "０００１", MIZUHO, " みずほ "],
)
def test_a_bank_is_found_by_name_kana_and_code(typed: str) -> None:
    assert banks.banks_like(typed)[0].label == MIZUHO


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("三菱UFJ銀行", "0005"),
        ("三菱ｕｆｊ", "0005"),
        ("PayPay銀行", "0033"),
        ("盛岡信用金庫", "1150"),
        ("ゆうちょ", "9900"),
        ("みずほぎんこう", "0001"),
        ("ﾐｽﾞﾎｷﾞﾝｺｳ", "0001"),
        ("もりおかしんようきんこ", "1150"),
    ],
)
def test_what_people_call_a_bank_is_not_what_the_list_has(typed: str, code: str) -> None:
    assert banks.banks_like(typed)[0].code == code


def test_the_signs_of_the_cooperatives_are_in_no_name() -> None:
    for typed in ("ＪＡバンク", "JA", "ジェイエイバンク", "農協"):
        found = banks.banks_like(typed)
        assert found, typed
        assert all("農協" in each.name for each in found), typed
    assert banks.banks_like("JAバンク札幌")[0].name == banks.banks_like("JAさっぽろ")[0].name == "札幌市農協"


def test_a_branch_is_found_inside_its_bank() -> None:
    bank = banks.find_bank("0001")
    assert bank is not None
    for typed in ("渋谷", "渋谷支店", "しぶや", "210", "渋谷(210)"):
        assert banks.branches_like(bank, typed)[0].code == "210"
    assert banks.branches_like(bank, "") == []
    assert len(banks.branches_of(bank)) == banks.count_of_branches(bank) > banks.MOST_FOUND
    assert banks.place_of("0001", "210")[1].name == "渋谷"


@pytest.mark.parametrize(("bank", "branch"), [("0001", "999"), ("9999", "001"), ("", ""), ("'--", "1")])
def test_what_is_no_branch_cannot_be_chosen(bank: str, branch: str) -> None:
    with pytest.raises(Invalid, match="もう一度選んで"):
        banks.place_of(bank, branch)


@pytest.mark.parametrize("typed", ["・", "ー", "()", "。"])
def test_signs_alone_find_nothing(typed: str) -> None:
    assert banks.banks_like(typed) == []


@given(st.text(max_size=80))
def test_anything_may_be_typed(typed: str) -> None:
    assert len(banks.banks_like(typed)) <= banks.MOST_FOUND


def test_the_list_is_loaded_when_it_is_first_needed() -> None:
    code = (
        "import sys; import blueprints.payouts.choosing; from marketplace.payouts import banks;"
        "before = 'zengin_code' in sys.modules; banks.find_bank('0001'); print(before, 'zengin_code' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "True"]


def test_every_name_of_the_list_fits_its_column() -> None:
    bank = banks.find_bank("0001")
    assert bank is not None
    places = [*banks._banks().values(), *banks.branches_of(bank)]
    assert max(len(text) for place in places for text in (place.name, place.kana)) <= 60


@pytest.mark.parametrize(
    ("symbol", "number", "branch", "account"),
    [
        ("10530", "12345671", "058", "1234567"),
        ("１０５３０", "1234567-1", "058", "1234567"),
        ("14330", "21", "438", "0000002"),
    ],
)
def test_a_passbook_says_branch_and_number(symbol: str, number: str, branch: str, account: str) -> None:
    assert japan_post.converted(symbol, number) == (branch, account)


@pytest.mark.parametrize(
    ("symbol", "number", "match"),
    [
        ("00530", "12345671", "振替口座"),
        ("1053", "12345671", "5けた"),
        ("1053a", "12345671", "5けた"),
        ("10530", "123456711", "8けた"),
        ("10530", "12345672", "1で終わ"),
        ("10530", "1", "8けた"),
    ],
)
def test_what_is_no_savings_account_is_not_converted(symbol: str, number: str, match: str) -> None:
    with pytest.raises(Invalid, match=match):
        japan_post.converted(symbol, number)


@given(st.integers(0, 9999), st.integers(1, 9_999_999))
def test_every_savings_account_becomes_a_branch_and_seven_digits(middle: int, number: int) -> None:
    branch, account = japan_post.converted(f"1{middle:04}", f"{number}1")
    assert (len(branch), branch[-1], int(account)) == (3, "8", number)
    assert len(account) == 7


def test_kinds_have_the_digits_of_banks() -> None:
    assert [kind.code for kind in AccountKind] == ["1", "2", "4"]


def test_an_issuers_number_is_t_and_thirteen_digits() -> None:
    for typed in (NUMBER, "t7000012050002", "7000-0120-50002", "Ｔ７００００１２０５０００２"):
        assert invoice_numbers.canonical(typed) == NUMBER
    for typed in ("T700001205000", "T70000120500022", "Tabc"):
        with pytest.raises(Invalid):
            invoice_numbers.canonical(typed)


def test_a_wrong_check_digit_is_refused_to_corporations_and_asked_about_of_persons() -> None:
    wrong = "T8000012050002"
    assert not cn.is_valid(wrong[1:])
    invoice_numbers.require_check(NUMBER, Entity.CORPORATION)
    invoice_numbers.require_check(NUMBER, Entity.INDIVIDUAL)
    with pytest.raises(Invalid) as refused:
        invoice_numbers.require_check(wrong, Entity.CORPORATION, is_sure=True)
    assert not isinstance(refused.value, Doubtful)
    with pytest.raises(Doubtful):
        invoice_numbers.require_check(wrong, Entity.INDIVIDUAL)
    invoice_numbers.require_check(wrong, Entity.INDIVIDUAL, is_sure=True)
