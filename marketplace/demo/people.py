"""The members of the demo world who are put together: a life written by hand, among words that their trade shares.

Chance is bound to the words it is asked for, so that everybody is the same on every machine.
"""

from datetime import date
from functools import lru_cache
from itertools import chain
from random import Random
from typing import Any

from marketplace.careers.models import SkillLevel
from marketplace.demo import faces
from marketplace.demo.banks import Text, bank, trades

MOST_SENTENCES = 6
"""Of an introduction."""
LAST_MONTH = date(2026, 4, 1)
"""Nothing in these texts is told of later: what they say does not change with the day of loading."""
OLDEST_YOUNG_YEAR, YOUNGEST_OLD_YEAR = 1980, 1984
"""Some given names tell a generation."""
ORDERS = (
    (("begin",), ("way", "episode"), ("limit", "close")),
    (("begin", "way"), ("limit", "close")),
    (("begin",), ("episode", "way"), ("close",)),
    (("begin", "episode"), ("limit", "close")),
    (("begin",), ("way", "limit")),
)
"""The paragraphs of an introduction."""
BANKS = ("way", "episode", "limit", "close")


def chance(*words: object) -> Random:
    """Return the same chance for the same words on every machine."""
    return Random(" ".join(map(str, words)))  # noqa: S311 - nothing secret depends on it


@lru_cache(maxsize=1)
def workers() -> list[Text]:
    """Return the put-together workers in the form of those written by hand, with `trade`, `field` and `spoken`."""
    lives = [(trade, number, life) for trade in trades() for number, life in enumerate(trade["life"])]
    made = [_worker(place, trade, number, life) for place, (trade, number, life) in enumerate(lives)]
    faces.give(made)
    return made


def clients() -> list[Text]:
    """Return those who only ask for work."""
    return [
        client | {"joined_days_ago": among.randint(60, 640), "seen_days_ago": among.randint(0, 12)}
        for client in bank("clients")["client"]
        for among in (chance("client", client["username"]),)
    ]


def _worker(place: int, trade: Text, number: int, life: Text) -> Text:
    among = chance("worker", life["at"])
    careers = _careers(life, among)
    gender = _gender(trade, life, among)
    born = _born(life, careers, among)
    worker = {
        **_named(place, life, gender, born.year, among),
        **_living(trade, life, among),
        "gender": gender,
        "birth_date": born,
        "headline": life["headline"],
        "introduction": _introduction(trade, number, life),
        "hourly_rate_yen": _rate(trade, life, among),
        "skills": _skills(trade, life, among),
        "qualifications": _qualifications(trade, life, among),
        "careers": [_own_business(trade, life), *careers],
        "hobbies": _hobbies(born.year, among),
        "trade": trade["name"],
        "field": trade["field"],
        "picture": "seal",
    }
    if among.random() < 0.35:
        schools = bank("schools")[life["at"].partition("/")[0]]
        worker["schools"] = [dict(zip(("kind", "name"), among.choice(schools), strict=True))]
    return worker


def _gender(trade: Text, life: Text, among: Random) -> str:
    given = life.get("given")
    if given:
        return "female" if given in {name for name, *_rest in bank("names")["women"]} else "male"
    return "female" if among.random() < trade.get("women", 0.5) else "male"


def _named(place: int, life: Text, gender: str, born: int, among: Random) -> Text:
    names = bank("names")
    surname, surname_kana, surname_romaji = names["surnames"][place * 37 % len(names["surnames"])]
    given, kana, romaji = _given(names["women" if gender == "female" else "men"], place, life.get("given"), born)
    hiragana = "".join(chr(ord(letter) - 0x60) for letter in kana)
    whole = f"{surname} {given}" if len(surname + given) <= 3 else surname + given
    nickname, spoken = among.choices(
        ((whole, surname), (surname + hiragana, surname), (hiragana, hiragana), (romaji.title(), romaji.title())),
        weights=(40, 28, 20, 12),
    )[0]
    if "called" in life:
        nickname = spoken = life["called"]
    return {
        "username": f"{romaji}-{surname_romaji}",
        "name": f"{surname} {given}",
        "kana": f"{surname_kana} {kana}",
        "nickname": nickname,
        "spoken": spoken,
    }


def _given(names: list[list[str]], place: int, wanted: str | None, born: int) -> tuple[str, str, str]:
    """Return the next given name that fits the year of birth, or the one that a life wants."""
    turned = names[place * 17 % len(names) :] + names[: place * 17 % len(names)]
    for given, kana, romaji, *generation in turned:
        is_odd = (generation == ["young"] and born < OLDEST_YOUNG_YEAR) or (
            generation == ["old"] and born > YOUNGEST_OLD_YEAR
        )
        if given == wanted or (wanted is None and not is_odd):
            return given, kana, romaji
    raise KeyError(wanted)


def _living(trade: Text, life: Text, among: Random) -> Text:
    prefecture, _slash, city = life["at"].partition("/")
    postal_code, street = bank("places")[life["at"]]
    online = {"always": True, "never": False, "both": among.random() < 0.65}[trade["online"]]
    own_places = [life["at"], prefecture] if among.random() < 0.5 else [life["at"]]
    is_stale = among.random() < 0.14
    return {
        "postal_code": postal_code,
        "prefecture": prefecture,
        "city": city,
        "street": street,
        "hometown": prefecture if among.random() < 0.7 else among.choice(sorted(bank("schools"))),
        "accepts_online": online,
        "wanted": [] if trade["online"] == "always" and among.random() < 0.6 else own_places,
        "status": among.choices(("available", "depends", "busy"), weights=(52, 27, 21))[0],
        "status_days_ago": among.randint(15, 60) if is_stale else among.randint(0, 13),
        "weekly_hours": among.choice(("up_to_3", *("3_to_10", "10_to_20") * 2, "20_to_30", "20_to_30", "30_to_40")),
        "shows_age_band": among.random() < 0.4,
        "joined_days_ago": among.randint(24, 900),
        "seen_days_ago": min(int(among.expovariate(0.25)), 23),
    }


def _introduction(trade: Text, number: int, life: Text) -> str:
    """Whoever shares one sentence with somebody shares no other: each bank is turned by another step at each round."""
    parts = {"begin": life["begin"]}
    for step, name in enumerate(BANKS):
        words = trade[name]
        parts[name] = words[(number + step * (number // len(words))) % len(words)]
    told = 0
    paragraphs = []
    for paragraph in ORDERS[number % len(ORDERS)]:
        said = ""
        for name in paragraph:
            length = parts[name].count("。")
            if told + length <= MOST_SENTENCES:
                told += length
                said += parts[name]
        paragraphs.append(said)
    return "\n\n".join(filter(None, paragraphs))


def _month(day: date, months: int = 0) -> str:
    """Return 「2014-04」, so many months later."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return f"{year}-{month + 1:02}"


def _day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _own_business(trade: Text, life: Text) -> Text:
    return {
        "category": "freelance",
        "started": life["since"],
        "company": life.get("called", "個人事業主"),
        "role": trade["name"],
        "duties": f"{life['headline']}。",
    }


def _careers(life: Text, among: Random) -> list[Text]:
    """Return where they were employed: a side job of now, the post that their introduction tells of, a first job."""
    since, past = _day(life["since"]), life["past"]
    elsewhere = [company for company in bank("companies")["company"] if company["name"] != past["company"]]
    began = _day(_month(since, -12 * past["years"]))
    post = {key: past[key] for key in ("company", "role", "duties")}
    found = [{"category": "employee", "started": _month(began), "ended": _month(since, -1)} | post]
    if "born" not in life and past["years"] <= 12 and among.random() < 0.5:
        months = among.randint(12, 44)
        stay = {"started": _month(began, -months - 2), "ended": _month(began, -among.randint(1, 3))}
        found.append(_first_job(among, elsewhere) | stay)
    if past["years"] <= 16 and among.random() < 0.12:
        begun = min(_day(_month(since, among.randint(4, 24))), LAST_MONTH)
        found.insert(0, _first_job(among, elsewhere) | {"category": "part_time", "started": _month(begun)})
    if among.random() < 0.4:
        found[-1]["team_size"] = among.randint(2, 14)
    return found


def _first_job(among: Random, companies: list[Text]) -> Text:
    company = among.choice(companies)
    kind = among.choices(("employee", "contract", "part_time"), weights=(3, 3, 2))[0]
    return {"category": kind, "company": company["name"], "role": company["role"], "duties": company["duties"]}


def _born(life: Text, careers: list[Text], among: Random) -> date:
    first_year = min(_day(career["started"]).year for career in careers)
    year = life.get("born") or first_year - (22 if life["past"]["years"] >= 30 else among.randint(19, 24))
    return date(year, among.randint(1, 12), among.randint(1, 28))


def _rate(trade: Text, life: Text, among: Random) -> int:
    """The more years, the nearer to the upper end of what the trade asks for."""
    low, high = trade["rate"]
    years = LAST_MONTH.year - _begun_in_trade(life).year
    share = 0.7 * min(years / 26, 1) + 0.3 * among.random()
    return int(round((low + (high - low) * share) / 100) * 100)


def _skills(trade: Text, life: Text, among: Random) -> list[Text]:
    first, *others = trade["skills"]
    began = _begun_in_trade(life)
    months = (LAST_MONTH.year - began.year) * 12 + LAST_MONTH.month - began.month
    found = []
    for name in (first, *among.sample(others, among.randint(2, min(5, len(others))))):
        later = among.randint(0, 12) if name == first else among.randint(0, months - 8)
        level = _level((months - later) / 12, among)
        if name == first and level.rank < SkillLevel.WORKING.rank:
            level = SkillLevel.WORKING
        found.append({"name": name, "level": level.value, "started": _month(began, later)})
    return found


def _begun_in_trade(life: Text) -> date:
    """Those who turned to another trade began it when they left their post, the others at their post."""
    return _day(_month(_day(life["since"]), -8 if life.get("turned") else -12 * life["past"]["years"]))


def _level(years: float, among: Random) -> SkillLevel:
    felt = years * among.uniform(0.7, 1.2)
    if felt >= 11:
        return SkillLevel.TEACHING
    if felt >= 3:
        return SkillLevel.WORKING
    return SkillLevel.ASSISTED if felt >= 1 else SkillLevel.LEARNING


def _qualifications(trade: Text, life: Text, among: Random) -> list[Text]:
    """Not before the trade's own month, which is that of the first exam or so, nor before they began to work."""
    began = _begun_in_trade(life).year
    pool: list[Text] = trade["qualifications"]
    found = []
    for text in among.sample(pool, among.randint(0, len(pool))):
        year, _hyphen, month = text["acquired"].partition("-")
        later = max(min(began + among.randint(1, 5), LAST_MONTH.year - 1) - int(year), 0)
        moved: dict[str, Any] = {"acquired": f"{int(year) + later}-{month}"}
        if "expires" not in text:
            found.append(text | moved)
        elif not later:
            found.append(text)
    return found


def _hobbies(born: int, among: Random) -> list[Text]:
    age = LAST_MONTH.year - born
    pool = bank("hobbies")["hobby"]
    return [
        hobby
        | {
            "years": among.randint(1, max(min(age - 12, 30), 2)),
            "visibility": among.choices(("public", "friends", "private"), weights=(82, 11, 7))[0],
        }
        for hobby in among.sample(pool, among.choice((0, 1, 1, 1, 2, 2, 3)))
    ]


def sentences(introduction: str) -> list[str]:
    """Return the sentences of an introduction, each with what closes a quotation inside it."""
    lines = introduction.split("\n")
    return [f"{part}。" for part in chain.from_iterable(line.split("。") for line in lines) if part]
