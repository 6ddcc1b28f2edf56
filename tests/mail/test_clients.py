"""The mails use only what mail programs know, or what may be missing without harm."""

import pytest
from mail import clients, samples

MAILS = samples.all_mails()

HARMLESS = {
    "css-at-media": "without it there is no dark mode, and light is readable everywhere",
    "css-at-media-prefers-color-scheme": "the same",
    "html-meta-color-scheme": "the same",
    "html-aria-label": "a screen reader says less about a table, whose cells say what they are",
    "html-bdi": "foreign names are isolated by characters as well",
    "css-word-break": "a name that is one word of sixty letters makes the page wider",
    "css-border-spacing": "cells stand a little wider apart",
}
"""What some client lacks and the mails use all the same: why nothing is lost."""


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_relies_on_nothing_that_a_client_lacks(name):
    assert {
        feature: missing for feature, missing in clients.lacking(MAILS[name].html).items() if feature not in HARMLESS
    } == {}


def test_no_exception_outlives_its_use():
    used = {feature for mail in MAILS.values() for feature in clients.lacking(mail.html)}
    assert HARMLESS.keys() <= used


@pytest.mark.parametrize(
    ("html", "feature"),
    [
        ("<svg></svg>", "html-svg"),
        ("<meter></meter>", "html-meter"),
        ("<img src='data:image/png;base64,AAAA'>", "image-base64"),
        ("<p style='display:flex'>x</p>", "css-display-flex"),
        ("<p style='gap:3px'>x</p>", "css-gap"),
        ("<td style='height:9px'>x</td>", "css-height"),
        ("<style>p{color:var(--ink)}</style>", "css-variables"),
        ("<style>@media (hover){p{transform:none}}</style>", "css-transform"),
    ],
)
def test_what_mail_programs_drop_is_found(html, feature):
    assert clients.lacking(html)[feature]


def test_what_the_data_does_not_know_is_found_as_well():
    assert clients.lacking("<blink>x</blink><p style='scroll-timeline:x'>y</p>") == {
        "css-scroll-timeline": [],
        "html-blink": [],
    }
