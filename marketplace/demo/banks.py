"""What the demo world is made of: tables of texts, each read once."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

Text = dict[str, Any]
"""One table of a file."""

FOLDER = Path(__file__).with_name("texts")


@lru_cache(maxsize=64)
def bank(name: str) -> Text:
    """Return what the file called `name` holds."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def tables(beginning: str, kind: str) -> list[Text]:
    """Return the tables called `kind` of all files whose names begin so, in the order of their names."""
    return [table for path in sorted(FOLDER.glob(f"{beginning}-*.toml")) for table in bank(path.stem)[kind]]


def trades() -> list[Text]:
    """Return the trades, each with the lives of its workers and what clients write to them."""
    return tables("trades", "trade")
