"""Every verb that someone does asks its policy before anything else."""

import ast

from tests.architecture.sources import ROOT, functions, place


def services() -> list[ast.FunctionDef]:
    files = [*(ROOT / "marketplace").glob("*/service.py"), *(ROOT / "marketplace").glob("*/service/*.py")]
    return [
        function
        for path in files
        for function in functions(path)
        if isinstance(function, ast.FunctionDef)
        and not function.name.startswith("_")
        and function.args.args
        and function.args.args[0].arg == "actor"
        and "events" not in path.parts
    ]


def test_every_verb_with_an_actor_requires_its_rule() -> None:
    verbs = services()
    assert verbs
    without = [
        function.name
        for function in verbs
        if not any(
            isinstance(node, ast.Call)
            and ast.unparse(node.func) == "require"
            and ast.unparse(node.args[0]).startswith("policy.can_")
            for node in ast.walk(function)
        )
    ]
    assert not without


def test_every_rule_guards_something() -> None:
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "marketplace").rglob("*.py") if path.name != "policy.py"
    ) + "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "blueprints").rglob("*.py"))
    unused = [
        place(path, function)
        for path in (ROOT / "marketplace").glob("*/policy.py")
        for function in functions(path)
        if function.name.startswith("can_") and f"policy.{function.name}(" not in text
    ]
    assert not unused
