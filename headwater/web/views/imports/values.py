"""The third step: what unknown values mean, and formats that the file does not tell."""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.transfer import services
from headwater.transfer.errors import BadOptions
from headwater.transfer.files.errors import FileProblem
from headwater.transfer.models import ImportRun
from headwater.web.shell import actor_of
from headwater.web.views.imports.questions import (
    CREATE,
    FAIL,
    LEAVE,
    TO,
    TYPE,
    FormatQuestion,
    OpenText,
    Questions,
    ValueQuestion,
    find_questions,
)
from headwater.web.views.imports.rehearsal import rehearse
from headwater.web.views.imports.wizard import context_of, in_preparation

Answers = dict[str, str | None]


class ValuesForm:
    """Reads the answers. ``errors`` are by the name of the control."""

    def __init__(self, post: QueryDict, questions: Questions, options: dict[str, Any]) -> None:
        self.post = post
        self.errors: dict[str, str] = {}
        self.options = dict(options)
        for asked in questions.formats:
            self.options[asked.name] = self._format(asked)
        values, created = dict(options["values"]), dict(options["create_values"])
        for question in questions.values:
            values[question.field.key], created[question.field.key] = self._answers(question)
        self.options["values"] = {key: answers for key, answers in values.items() if answers}
        self.options["create_values"] = {key: texts for key, texts in created.items() if texts}

    def _format(self, asked: FormatQuestion) -> str:
        answer = self.post.get(asked.name, "")
        if answer not in [value for value, _label, _example in asked.choices]:
            self.errors[asked.name] = _("Say how these are to be read; it is not guessed.")
            return ""
        return answer

    def _answers(self, question: ValueQuestion) -> tuple[Answers, list[str]]:
        """Return what the texts of one column are taken for, and those that become options."""
        taken: Answers = {}
        created: list[str] = []
        for number, each in enumerate(question.open):
            name = (
                f"v-{question.field.key}-{each.key}"
                if number < len(question.shown)
                else f"rest-{question.field.key}"
            )
            answer = self._answer(question, each, name)
            if answer == CREATE:
                created.append(each.text)
            elif answer == LEAVE:
                taken[each.text] = None
            elif answer.startswith(TO):
                taken[each.text] = answer.removeprefix(TO)
        return taken, created

    def _answer(self, question: ValueQuestion, each: OpenText, name: str) -> str:
        answer = self.post.get(name, each.answer)
        if answer == TYPE:
            target = question.target_of(self.post.get(f"{name}-typed", ""))
            if not target:
                self.errors[name] = _("There is no such value. Choose one of the list.")
            return f"{TO}{target}" if target else FAIL
        if answer.startswith(TO) and answer.removeprefix(TO) not in dict(question.targets):
            self.errors[name] = _("This value is no longer offered. Choose another one.")
        if answer == CREATE and not question.may_create:
            self.errors[name] = _("Only administrators add options. Choose an existing one.")
        return answer


@require_http_methods(["GET", "POST"])
@in_preparation
def values(request: HttpRequest, run: ImportRun) -> HttpResponseBase:
    """Ask what is unclear; the answers lead to the rehearsal."""
    actor = actor_of(request)
    try:
        questions = find_questions(actor, run)
    except (FileProblem, BadOptions):
        return redirect("import_columns", run.pk)
    errors: dict[str, str] = {}
    if request.method == "POST":
        form = ValuesForm(request.POST, questions, run.options)
        errors = form.errors
        if not errors:
            run = services.configure(actor, run.pk, form.options)
            return rehearse(request, run)
    context = context_of(run, "values", questions=questions, errors=errors, post=request.POST)
    return render(request, "imports/values.html", context, status=422 if errors else 200)
