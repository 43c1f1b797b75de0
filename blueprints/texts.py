"""The texts of templates in the reader's language."""

from typing import Any

from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from marketplace.i18n import catalogue


def init(environment: Any) -> None:
    """Give templates our functions in place of Jinja's own, which look up the context twice more for each text."""
    environment.globals.update(_=text, gettext=text, ngettext=plural)


@pass_eval_context
def text(context: EvalContext, source: str, **values: object) -> str:
    """Return `source` in the reader's language; what fills its placeholders is escaped, but not in plain mails."""
    return _filled(context, catalogue().gettext(source), values)


@pass_eval_context
def plural(context: EvalContext, one: str, many: str, num: int, **values: object) -> str:
    """Return the text for `num` things."""
    return _filled(context, catalogue().ngettext(one, many, num), {"num": num, **values})


def _filled(context: EvalContext, found: str, values: dict[str, object]) -> str:
    if context.autoescape:
        found = Markup(found)  # noqa: S704 - the catalogues are ours
    return found % values if "%" in found else found
