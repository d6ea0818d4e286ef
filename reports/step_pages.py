"""The page of one step with a question or an action, such as closing it: a form, and back to where it came from."""

from collections.abc import Callable
from typing import NamedTuple

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.forms import FORM_PAGE, carried_out


class Step(NamedTuple):
    """What the page says of a step."""

    heading: str
    button: str
    done: str


def step_page(
    request: HttpRequest,
    step: Step,
    form: Form,
    verb: Callable[..., None],
    *,
    intro: str,
    back: str,
    back_label: str,
) -> HttpResponse:
    """Carry out `verb`, which takes what the form has, and go `back`; else show the form, with what was refused."""
    if carried_out(form, lambda: verb(by=request.user, **form.cleaned_data)):
        messages.success(request, step.done)
        return redirect(back)
    context = {"form": form, "heading": step.heading, "button": step.button}
    return render(request, FORM_PAGE, context | {"intro": intro, "back": back, "back_label": back_label})
