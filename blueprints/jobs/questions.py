"""Questions about a job: asking one, and the questions with answers that its poster shows to everybody."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import ValidationError

from blueprints.access import current_member
from blueprints.forms import DeedForm, Form, LinesField, Required, VersionField
from blueprints.jobs.routes import bp
from blueprints.letters import ConversationForm, check_pace, files_are_fine, ready_files
from marketplace.accounts.models import Member
from marketplace.errors import Conflict, NotAllowed, require
from marketplace.i18n import _, _l
from marketplace.jobs import policy, queries
from marketplace.jobs.models import Job
from marketplace.jobs.naming import names
from marketplace.jobs.queries import answers
from marketplace.jobs.service import asking
from search_index.passages import passages

QUESTION_LENGTH = 1_000
ANSWER_LENGTH = 2_000


class AnswerForm(Form):
    """A question with its answer, in the poster's words; `asker` is whom they must not name."""

    asker: Member | None = None

    question = LinesField(_l("質問"), [Required(_l("質問を入力してください。"))], at_most=QUESTION_LENGTH)
    answer = LinesField(_l("回答"), [Required(_l("回答を入力してください。"))], at_most=ANSWER_LENGTH)

    def validate_question(self, field: LinesField) -> None:
        """Refuse the name of whoever asked, which is hidden."""
        self._refuse_name(field)

    def validate_answer(self, field: LinesField) -> None:
        """Refuse it here too: answers begin with it."""
        self._refuse_name(field)

    def _refuse_name(self, field: LinesField) -> None:
        if self.asker is not None and names(field.data or "", self.asker.nickname, self.asker.username):
            raise ValidationError(_("質問した人の名前が入っています。消してから載せてください。"))


class AnswerEditForm(AnswerForm):
    """The same once it stands on the page."""

    version = VersionField()


@bp.route("/jobs/<int:job_id>/ask", methods=["GET", "POST"])
def ask(job_id: int) -> ResponseReturnValue:
    """Ask the poster about a job: write, look at what is written there already, send."""
    job = queries.get_for(current_member, job_id)
    closed = _("この案件には質問を送れません。募集が終わっていないか確かめてください。")
    require(policy.can_ask(current_member, job), closed)
    form = ConversationForm(data={"title": asking.title_about(job)}, draft_at=url_for(".ask", job_id=job_id))
    step = "write"
    if form.validate_on_submit():
        if form.step == "send":
            with form.blame("title"), form.blame("title", NotAllowed):
                number = _sent(job, form)
                flash(_("質問を送信しました。%(name)sさんにだけ届いています。", name=job.poster.nickname), "ok")
                return redirect(url_for("messages.show", conversation_id=number))
        elif files_are_fine(form):
            step = form.step
    there = passages(form.body.data or "", _words_of(job)) if step == "look" else []
    page = {"job": job, "form": form, "step": step, "ready": ready_files(form), "there": there}
    return render_template("jobs/ask.html", **page), form.status


@bp.route("/messages/<int:conversation_id>/publish", methods=["GET", "POST"])
def publish_answer(conversation_id: int) -> ResponseReturnValue:
    """Choose a question and its answer of a conversation, then let them stand on the page of the job, edited."""
    job, thread = answers.get_asked(current_member, conversation_id)
    closed = _("募集中の案件にだけ、質問と回答を載せられます。")
    require(policy.can_publish_answer(current_member, job, thread), closed)
    choice = answers.choice_of(thread)
    asked, answered = (request.args.get(name, 0, type=int) for name in ("question", "answer"))
    chosen = choice.find(asked, answered)
    if chosen is None:
        is_refused = bool(request.args) or request.method == "POST"
        page = {"job": job, "thread": thread, "choice": choice, "is_refused": is_refused}
        return render_template("jobs/choose_answer.html", **page), 422 if is_refused else 200
    question, answer = chosen
    here = url_for(".publish_answer", conversation_id=conversation_id, question=asked, answer=answered)
    form = AnswerForm(draft_at=here, data={"question": question.body, "answer": answer.body})
    form.asker = thread.other
    if form.validate_on_submit():
        with form.blame("question"):
            asking.publish_answer(current_member, job, thread, question, form.question.data, form.answer.data)
            flash(_("質問と回答を載せました。質問した方には、名前を出さずに載せたことを知らせます。"), "ok")
            return redirect(url_for(".show", job_id=job.id, _anchor="answers"))
    return render_template("jobs/publish_answer.html", job=job, thread=thread, form=form), form.status


@bp.route("/jobs/answers/<int:answer_id>/edit", methods=["GET", "POST"])
def edit_answer(answer_id: int) -> ResponseReturnValue:
    """Let a question and its answer say something else."""
    job, published = answers.get_answer(current_member, answer_id)
    words = {"question": published.question, "answer": published.answer}
    here = url_for(".edit_answer", answer_id=answer_id)
    form = AnswerEditForm(draft_at=here, data=words | {"version": published.version})
    form.asker = answers.asker_of(published)
    if form.validate_on_submit():
        with form.blame("question"):
            said = (form.question.data, form.answer.data)
            asking.edit_answer(current_member, job, published, *said, form.version.number)
            flash(_("質問と回答を更新しました。"), "ok")
            return redirect(url_for(".show", job_id=job.id, _anchor="answers"))
    is_late = form.status == Conflict.status
    if is_late:
        form.version.renew(published.version)
    page = {"job": job, "form": form, "saved": published if is_late else None}
    return render_template("jobs/edit_answer.html", **page), form.status


@bp.route("/jobs/answers/<int:answer_id>/delete", methods=["GET", "POST"])
def take_away_answer(answer_id: int) -> ResponseReturnValue:
    """Let a question and its answer stand on the page no more, after a question."""
    job, published = answers.get_answer(current_member, answer_id)
    # As with a draft that is deleted: the number is given to the next one.
    form = DeedForm(draft_at=url_for(".edit_answer", answer_id=answer_id))
    if form.validate_on_submit():
        asking.take_away_answer(current_member, job, published)
        flash(_("質問と回答を取り下げました。"), "ok")
        return redirect(url_for(".show", job_id=job.id))
    return render_template("jobs/take_away_answer.html", job=job, published=published, form=form), form.status


def _sent(job: Job, form: ConversationForm) -> int:
    check_pace(job.poster, form)
    once = form.once.data
    return asking.ask(current_member, job, form.title.data, form.body.data, once, form.ready.data)


def _words_of(job: Job) -> list[str]:
    """What the page of the job says already."""
    notes = [job.description, job.reward_note, job.period_note, job.ending_note, job.process_note]
    return notes + [text for each in answers.answers_of(job) for text in (each.question, each.answer)]
