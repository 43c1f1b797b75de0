"""Taste as law: small modules, small functions, one dialect, one place that commits."""

import ast
import re

import pytest

from tests.architecture.sources import PACKAGES, ROOT, functions, is_migration, modules, place, tree

MOST_LINES_OF_A_MODULE = 400
MOST_LINES_OF_A_FUNCTION = 40

EDGES = {"blueprints/units.py", "marketplace/outbox.py", "marketplace/commands.py", "marketplace/db.py"}
"""The edges of a request, an errand and a command, and the function they call."""

NEVER = {
    "user": "account, member", "provider": "worker", "buyer": "client", "customer": "client", "freelancer": "worker",
    "admin": "moderator", "staff": "moderator", "subscription": "follow", "mutual": "friend", "ban": "block",
    "network": "circle", "task": "errand", "group": "team", "listing": "job", "proposal": "application",
    "deal": "contract", "order": "contract", "chat": "conversation", "action": "event", "signal": "event",
    "alert": "notification", "manager": "a function", "helper": "a function", "util": "a function",
    "utils": "a function", "helpers": "a function", "common": "a function",
}  # fmt: skip
"""Words of the glossary's last column, and what is said instead."""

OTHER_MEANINGS = {
    "Action": "what rate limits count, as their library calls it",
    "order": "the order of a list",
    "by_network": "the addresses that rate limits count together",
}


def test_no_module_is_longer_than_a_reader_bears() -> None:
    ours = [
        *modules(),
        *(path for folder in ("tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")),
        ROOT / "dev",
    ]
    long = {place(path): len(path.read_text(encoding="utf-8").splitlines()) for path in ours}
    assert not {where: lines for where, lines in long.items() if lines > MOST_LINES_OF_A_MODULE}


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        (place(path, function), function.name)
        for path in [*modules(), *(ROOT / "benchmarks").rglob("*.py")]
        if not is_migration(path)
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > MOST_LINES_OF_A_FUNCTION
    ]
    assert not long


def test_our_own_packages_are_imported_at_the_top_only() -> None:
    late = [
        place(path, node)
        for path in modules()
        for function in functions(path)
        for node in ast.walk(function)
        if (isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in {*PACKAGES, "wsgi"})
        or (isinstance(node, ast.Import) and any(name.name.partition(".")[0] in PACKAGES for name in node.names))
    ]
    assert not late


def test_nobody_imports_the_composition_root() -> None:
    importers = [
        place(path, node)
        for path in modules()
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.ImportFrom) and node.module == "wsgi")
        or (isinstance(node, ast.Import) and any(name.name == "wsgi" for name in node.names))
    ]
    assert not importers


@pytest.mark.parametrize("name", ["query", "commit"])
def test_what_only_few_may_call(name: str) -> None:
    allowed = EDGES if name == "commit" else set()
    callers = [
        place(path, node)
        for path in modules()
        if str(path.relative_to(ROOT)) not in allowed
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name
        if isinstance(node.func.value, ast.Attribute | ast.Name)
        if name != "commit" or ast.unparse(node.func.value) in {"db", "db.session", "db.db.session", "session"}
    ]
    assert not callers


def test_routes_do_not_touch_the_session() -> None:
    allowed = {"blueprints/accounts/security.py", "blueprints/home/readiness.py"}
    touching = [
        place(path, node)
        for path in (ROOT / "blueprints").rglob("*.py")
        if str(path.relative_to(ROOT)) not in allowed
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"db.session", "db.db.session"}
    ]
    assert not touching


def test_names_come_from_the_glossary() -> None:
    wrong = []
    for path in modules():
        names = [path.stem]
        names += [node.name for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]
        for name in names:
            words = re.findall(r"[A-Z]?[a-z]+", name)
            wrong += [(place(path), name, NEVER[word.lower()]) for word in words if word.lower() in NEVER]
    assert not [found for found in wrong if found[1] not in OTHER_MEANINGS]


def test_every_module_says_what_one_finds_in_it() -> None:
    silent = [place(path) for path in modules() if not ast.get_docstring(tree(path))]
    assert not silent


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|raise NotImplementedError)\b")
    left = [place(path) for path in modules() if marks.search(path.read_text(encoding="utf-8"))]
    assert not left


def test_decisions_stand_in_their_order() -> None:
    numbers = [int(each) for each in re.findall(r"(?m)^## (\d+)\. ", (ROOT / "DECISIONS.md").read_text("utf-8"))]
    assert numbers
    assert numbers == sorted(set(numbers))
