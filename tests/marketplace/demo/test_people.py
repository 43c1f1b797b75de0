"""The members of the demo world who are put together, and what they have to do with one another."""

import subprocess
import sys
from collections import Counter
from datetime import date

import pytest

from marketplace.careers.service.skills import KNOWN
from marketplace.demo import following, people, reading
from marketplace.demo.banks import bank, trades
from marketplace.demo.past import EVENING, MORNING
from tests.architecture.sources import ROOT

TELLING = """
import hashlib
from marketplace.demo import reading
told = [reading.workers(), reading.clients(), reading.follows(), reading.conversations()]
print(hashlib.sha256(repr(told).encode()).hexdigest())
"""

WORKERS = people.workers()


def test_they_are_of_many_trades_and_all_prefectures() -> None:
    assert len(WORKERS) == 240
    assert len({worker["trade"] for worker in WORKERS}) >= 30
    assert len({worker["prefecture"] for worker in WORKERS}) == 47


def test_nobody_has_the_name_of_another() -> None:
    everybody = [*reading.workers(), *reading.clients()]
    for name in ("username", "nickname"):
        assert max(Counter(each[name] for each in everybody).values()) == (1 if name == "username" else 2)


def test_no_two_introduce_themselves_alike() -> None:
    assert len({worker["introduction"] for worker in reading.workers()}) == len(reading.workers())


def test_no_sentence_is_said_by_more_than_four() -> None:
    said = Counter(each for worker in WORKERS for each in set(people.sentences(worker["introduction"])))
    assert said.most_common(1)[0][1] <= 4
    assert len(said) > 4 * len(WORKERS)


def test_an_introduction_has_three_to_six_sentences() -> None:
    assert {len(people.sentences(worker["introduction"])) for worker in WORKERS} <= {3, 4, 5, 6}


def test_they_worked_in_forty_companies() -> None:
    companies = {company["name"] for company in bank("companies")["company"]}
    employed = {
        career["company"] for worker in WORKERS for career in worker["careers"] if career["category"] != "freelance"
    }
    assert employed == companies
    assert len(companies) == 40


def test_a_life_goes_forwards() -> None:
    for worker in WORKERS:
        grown_up = f"{worker['birth_date'].year + 15}-01"
        assert 1 <= len(worker["careers"]) <= 4
        for career in worker["careers"]:
            assert grown_up < career["started"] <= career.get("ended", career["started"])
        begins = [skill["started"] for skill in worker["skills"]]
        assert grown_up < min(begins) <= max(begins) <= people.LAST_MONTH.isoformat()
        for qualification in worker["qualifications"]:
            assert grown_up < qualification["acquired"] < people.LAST_MONTH.isoformat()
        assert worker["birth_date"] < date(2006, 1, 1)


def test_whoever_turned_to_a_trade_did_not_know_it_before() -> None:
    turned = {life["at"]: life["since"] for trade in trades() for life in trade["life"] if life.get("turned")}
    assert len(turned) > 20
    for worker in WORKERS:
        since = turned.get(f"{worker['prefecture']}/{worker['city']}")
        if since is not None:
            year_before = f"{int(since[:4]) - 1}{since[4:]}"
            assert min(skill["started"] for skill in worker["skills"]) >= year_before


def test_a_rate_is_one_of_the_trade() -> None:
    rates = {trade["name"]: trade["rate"] for trade in trades()}
    for worker in WORKERS:
        low, high = rates[worker["trade"]]
        assert low <= worker["hourly_rate_yen"] <= high


def test_skills_have_the_names_of_the_table() -> None:
    table = KNOWN.read_text(encoding="utf-8")
    for trade in trades():
        for name in trade["skills"]:
            assert f'"{name}"' in table, name


def test_a_company_that_a_life_tells_of_is_one_of_the_forty() -> None:
    companies = {company["name"] for company in bank("companies")["company"]}
    assert {life["past"]["company"] for trade in trades() for life in trade["life"]} <= companies


def test_everything_is_the_same_on_every_machine() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", TELLING], cwd=ROOT, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1


def test_follows_are_two_thousand_and_many_are_answered() -> None:
    follows = reading.follows()
    assert len(follows) == len(set(follows)) == following.FOLLOWS
    assert all(follower != followed for follower, followed in follows)
    assert sum((followed, follower) in set(follows) for follower, followed in follows) > 600
    followers = Counter(followed for _follower, followed in follows)
    assert followers["minori-sato"] == max(followers.values()) > 30


def test_only_workers_are_followed() -> None:
    workers = {worker["username"] for worker in reading.workers()}
    assert {followed for _follower, followed in reading.follows()} <= workers


def test_people_of_a_trade_follow_one_another_more_than_others() -> None:
    trade = {worker["username"]: worker["trade"] for worker in WORKERS}
    pairs = [(trade[one], trade[other]) for one, other in reading.follows() if one in trade and other in trade]
    assert sum(one == other for one, other in pairs) > len(pairs) / 4


PUT_TOGETHER = [thread for thread in reading.conversations() if "minute" in thread["message"][0]]


def test_nobody_writes_at_night() -> None:
    minutes = [message["minute"] for thread in PUT_TOGETHER for message in thread["message"]]
    assert min(minutes) >= MORNING
    assert max(minutes) <= EVENING


def test_a_thread_goes_forwards_and_ends_before_today() -> None:
    for thread in PUT_TOGETHER:
        moments = [(-message["days_ago"], message["minute"]) for message in thread["message"]]
        assert moments == sorted(moments)
        assert moments[-1][0] < 0


def test_both_were_there_when_a_thread_began() -> None:
    joined = {each["username"]: each["joined_days_ago"] for each in [*reading.workers(), *reading.clients()]}
    for thread in PUT_TOGETHER:
        assert thread["message"][0]["days_ago"] < min(joined[username] for username in thread["between"]) - 1


def test_a_thread_names_those_who_write() -> None:
    for thread in PUT_TOGETHER:
        assert len(set(thread["between"])) == 2
        assert 2 <= len(thread["message"]) <= 8
        assert not any(sign in message["body"] for message in thread["message"] for sign in "{}")


def test_nobody_reads_the_same_thread_twice() -> None:
    mine = Counter((username, thread["title"]) for thread in reading.conversations() for username in thread["between"])
    assert max(mine.values()) == 1


def test_a_given_name_that_nobody_bears_is_refused() -> None:
    with pytest.raises(KeyError):
        people._given(bank("names")["women"], 0, "いない", 1980)
