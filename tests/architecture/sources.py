"""Our own source, read as text and as syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("marketplace", "search_index", "blueprints")


@lru_cache(maxsize=1)
def modules() -> tuple[Path, ...]:
    """Every module of the program."""
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return tuple(sorted([*found, ROOT / "wsgi.py"]))


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a module, methods and inner ones among them."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def place(path: Path, node: ast.AST | None = None) -> str:
    """Where something stands, for the message of a failing test."""
    line = getattr(node, "lineno", "")
    return f"{path.relative_to(ROOT)}:{line}"


def is_migration(path: Path) -> bool:
    """Tell whether a module is a revision of the database."""
    return "migrations" in path.parts
