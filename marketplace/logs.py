"""How the program writes its log: one JSON object a line, or plain words where a person is watching."""

import sys

import structlog


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
    structlog.configure(processors=[*processors, renderer], logger_factory=structlog.PrintLoggerFactory(sys.stderr))
