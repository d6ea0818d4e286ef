"""The error summary on top of a form."""

from django import forms
from django.template.loader import render_to_string


class TitleForm(forms.Form):
    title = forms.CharField()
    number = forms.IntegerField()
    reason = forms.CharField(error_messages={"required": "Say why."})


def test_what_django_says_of_a_field_begins_with_its_label_and_our_own_words_stand_alone():
    html = render_to_string("components/errors.html", {"form": TitleForm({"number": "ten"})})
    assert ">Title: This field is required.<" in html
    assert ">Number: Enter a whole number.<" in html
    assert ">Say why.<" in html
