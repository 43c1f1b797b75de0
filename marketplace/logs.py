"""How the program writes its log: one JSON object a line, or plain words where a person is watching."""

import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_ADDRESS = re.compile(r"[^\s@<>'\"(){}\[\]=,;:]+@[^\s@<>'\"(){}\[\],;:]+")


def init() -> None:
    """Set up the log of this process. Tracebacks show no values: a log is read by more people than a form is."""
    is_watched = sys.stderr.isatty()
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if is_watched
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    processors: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if not is_watched:
        processors.append(structlog.processors.format_exc_info)
    processors.append(_without_addresses)
    structlog.configure(processors=[*processors, renderer], logger_factory=structlog.PrintLoggerFactory(sys.stderr))


def without_addresses(text: str) -> str:
    """Return `text` with "…@…" for every mail address: servers name the mailbox that they refuse."""
    return _ADDRESS.sub("…@…", text)


def _without_addresses(logger: object, method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in entry.items():
        if isinstance(value, str) and "@" in value:
            entry[key] = without_addresses(value)
    return entry
