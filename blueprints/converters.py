"""Parts of addresses: a number or a word that no row can hold leads to no page, so that no database is asked for it."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map, PathConverter, UnicodeConverter

LARGEST = 2**31 - 1


class RowNumber(IntegerConverter):
    """`<int:…>`: a number that a row can have."""

    def __init__(self, url_map: Map, **kwargs: Any) -> None:
        super().__init__(url_map, **({"max": LARGEST} | kwargs))


class Word(UnicodeConverter):
    """`<…>`: a part of a path, without the character that PostgreSQL cannot even look for."""

    def __init__(self, url_map: Map, **kwargs: Any) -> None:
        super().__init__(url_map, **kwargs)
        self.regex = self.regex.replace("[^/]", r"[^/\x00]")


class Path(PathConverter):
    """`<path:…>`: several parts, without the character that no file can have in its name."""

    regex = r"[^/\x00][^\x00]*?"


def init_app(app: Flask) -> None:
    """Let the routes that are registered from now on take these."""
    app.url_map.converters |= {"int": RowNumber, "default": Word, "string": Word, "path": Path}
