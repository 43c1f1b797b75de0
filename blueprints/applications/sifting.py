"""The query string of a client's table: which applications are wanted, by what they answer, in which order."""

from collections.abc import Iterator
from typing import Any

from flask import request

from blueprints.applications.forms import YES_NO, number_of
from marketplace import texts
from marketplace.applications.models import ApplicationState
from marketplace.applications.queries import AnswerFilter, Sift, Sort
from marketplace.errors import Invalid
from marketplace.jobs.models import Job, QuestionKind, ScreeningQuestion

LONGEST_WORD = 100
EVERY = "all"
SHOWN_STATES = (
    *(ApplicationState.OPEN, ApplicationState.ACCEPTED, ApplicationState.DECLINED),
    *(ApplicationState.WITHDRAWN, ApplicationState.EXPIRED),
)
_OF_QUESTION = {Sort.LEAST: "least", Sort.MOST: "most"}


def sift_of(job: Job) -> Sift:
    """Return what the query string asks for; what cannot be understood asks for nothing."""
    state = request.args.get("state", "")
    sort, question = _sort(job)
    return Sift(
        state=None if state == EVERY else _state(state),
        is_shortlisted=request.args.get("shortlisted") == "1",
        answers=tuple(_wanted(each) for each in job.questions),
        sort=sort,
        question=question,
    )


def values_of(sift: Sift) -> dict[str, Any]:
    """Return the query string that asks for `sift`, without what goes without saying."""
    values: dict[str, Any] = dict(_answer_values(sift))
    if sift.state is not ApplicationState.OPEN:
        values["state"] = EVERY if sift.state is None else sift.state.value
    if sift.is_shortlisted:
        values["shortlisted"] = "1"
    if sift.question is not None:
        values["sort"] = f"{sift.sort.value}-{sift.question.id}"
    elif sift.sort is not Sort.NEWEST:
        values["sort"] = sift.sort.value
    return values


def sorts_of(job: Job) -> list[tuple[str, str]]:
    """Return the orders in which the table can stand: their values, and their words."""
    plain = [(each.value, each.label) for each in Sort if each not in _OF_QUESTION]
    numbers = [each for each in job.questions if each.kind is QuestionKind.NUMBER]
    return plain + [
        (f"{sort.value}-{each.id}", f"{each.question} / {sort.label}") for each in numbers for sort in _OF_QUESTION
    ]


def choices_of(question: ScreeningQuestion) -> list[tuple[str, str]]:
    """Return the answers among which one can choose; none for words and numbers."""
    if question.kind is QuestionKind.YES_NO:
        return [(value, str(label)) for value, label in YES_NO]
    return [(each, each) for each in question.choices]


def _state(name: str) -> ApplicationState:
    known = set(SHOWN_STATES)
    return ApplicationState(name) if name in known else ApplicationState.OPEN


def _sort(job: Job) -> tuple[Sort, ScreeningQuestion | None]:
    name, _dash, number = request.args.get("sort", "").partition("-")
    sort = Sort(name) if name in set(Sort) else Sort.NEWEST
    if sort not in _OF_QUESTION:
        return sort, None
    numbers = [each for each in job.questions if each.kind is QuestionKind.NUMBER and str(each.id) == number]
    return (sort, numbers[0]) if numbers else (Sort.NEWEST, None)


def _wanted(question: ScreeningQuestion) -> AnswerFilter:
    if question.kind is QuestionKind.NUMBER:
        return AnswerFilter(question, least=_number(f"from{question.id}"), most=_number(f"to{question.id}"))
    word = request.args.get(f"a{question.id}", "")
    if question.kind is not QuestionKind.TEXT:
        known = {value for value, _label in choices_of(question)}
        return AnswerFilter(question, word if word in known else "")
    try:
        return AnswerFilter(question, texts.single_line(word, LONGEST_WORD))
    except Invalid:
        return AnswerFilter(question)


def _number(name: str) -> float | None:
    typed = request.args.get(name, "")
    try:
        return number_of(typed) if typed else None
    except Invalid:
        return None


def _answer_values(sift: Sift) -> Iterator[tuple[str, str]]:
    for each in sift.answers:
        if each.word:
            yield f"a{each.question.id}", each.word
        if each.least is not None:
            yield f"from{each.question.id}", f"{each.least:.15g}"
        if each.most is not None:
            yield f"to{each.question.id}", f"{each.most:.15g}"
