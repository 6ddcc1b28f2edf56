import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.language.message import compile_message, render
from coachd.language.problems import ExpressionProblem
from coachd.language.types import YES_NO, number, text
from coachd.model import WEEKDAYS

SCOPE = {
    "since": number("days"),
    "far": number("distance"),
    "share": number("share"),
    "shoe.name": text(),
    "old": YES_NO,
    "slot": text(WEEKDAYS),
    "runs": number("count"),
}
CONTEXT = {
    "since": 8 * 86400.0,
    "far": 38_000.0,
    "share": 0.5,
    "shoe.name": "Swift Fox",
    "old": True,
    "slot": "tue",
    "runs": 3.0,
}


def said(template, system="km", **changes):
    return render(compile_message(template, SCOPE), CONTEXT | changes, SCOPE, system)


def refused(template):
    with pytest.raises(ExpressionProblem) as caught:
        compile_message(template, SCOPE)
    return caught.value.faults[0]


def test_quantities_print_themselves_in_the_athletes_units():
    assert said("{{ since }}, {{ far }}, {{ share }}") == "8 days, 38.0 km, 50%"
    assert said("{{ far }}", "mi") == "23.6 mi"


def test_one_day_is_a_day():
    assert said("{{ since }} ago", since=86400.0) == "1 day ago"


def test_an_unknown_value_reads_unknown():
    assert said("{{ far }}", far=None) == "unknown"
    assert said("a{% if far is known %} ({{ far }}){% endif %}", far=None) == "a"


def test_words_may_depend_on_values():
    assert said("{% if share > 0.4 and old %}high{% else %}low{% endif %}") == "high"
    assert said("{{ 'far' if far >= far else 'near' }}") == "far"


def test_white_space_is_folded():
    assert said("a\n  b {{ since }}\n") == "a b 8 days"


def test_dotted_names_and_filters_work():
    assert said("{{ shoe.name }} {{ share | pct }} {{ share | whole }}") == "Swift Fox 50% 0"


def test_a_weekday_is_written_out():
    assert said("after {{ slot | day }}'s run") == "after Tuesday's run"
    assert said("{{ slot | day }}", slot=None) == "unknown"


@pytest.mark.parametrize("test", ["share > 0.4", "share <= 0.4", "runs != 3", "runs == 3", "old", "slot == 'tue'"])
def test_what_is_unknown_fulfils_no_condition(test):
    nothing = dict.fromkeys(CONTEXT)
    assert said(f"{{% if {test} %}}a{{% else %}}b{{% endif %}}", **nothing) == "b"


@given(st.data())
def test_a_text_that_was_accepted_can_be_filled_with_anything(data):
    printed = ["{{ since }}", "{{ share | pct }}", "{{ slot | day }}", "{{ runs | whole }}"]
    chosen = ["{% if far >= far or runs > 2 %}x{% endif %}", "{{ shoe.name if old else slot }}"]
    part = st.sampled_from(printed + chosen)
    message = compile_message(" ".join(data.draw(st.lists(part, min_size=1, max_size=5))), SCOPE)
    values = {name: data.draw(st.none() | st.just(value)) for name, value in CONTEXT.items()}
    render(message, values, SCOPE, "mi")


def test_text_from_outside_is_never_run():
    assert said("{{ shoe.name }}", **{"shoe.name": "{{ since }}"}) == "{{ since }}"


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ '{0.__class__}'.format(since) }}",
        "{{ 'a' * 999999999 }}",
        "{{ 'a' | center(999999999) }}",
        "{{ lipsum(n=2000) }}",
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include '/etc/passwd' %}",
        "{% set since = far %}",
        "{{ since[0] }}",
        "{{ self }}",
        "{{ since() }}",
        "{{ since + far }}",
        "{{ shoe }}",
        "{{ since.real }}",
        "{{ [since] }}",
        "{{ ('x' ~ since) }}",
        "{% autoescape true %}x{% endautoescape %}",
        "{{ 'many' if runs == 1 else 99 }}",
        "{{ runs or 7 }}",
        "{{ 7 | whole }}",
        "\N{VULGAR FRACTION ONE HALF} of them",
        "\N{ROMAN NUMERAL TWELVE} runs",
        "\N{ARABIC-INDIC DIGIT FOUR} runs",
    ],
)
def test_an_attack_is_refused_when_the_rule_is_loaded(attack):
    refused(attack)


@pytest.mark.parametrize(
    ("template", "message", "hint"),
    [
        ("{{ sinc }} ago", "unknown name 'sinc'", "did you mean 'since'?"),
        ("{{ shoe.nam }}", "unknown name 'shoe.nam'", "did you mean 'shoe.name'?"),
        ("ran 400 miles", "the number 400 stands in the words", "print a value"),
        ("{{ 'in 3 days' if old else 'now' }}", "the number 3 stands", "print a value"),
        ("{{ 42 }}", "the number 42 is no value of this rule", "print a value"),
        ("{{ since * 2 }}", "mul is not part of the message language", "compute it under `values`"),
        ("{{ since | pc }}", "'pc' cannot be used", "did you mean 'pct'?"),
        ("{{ shoe.name | pct }}", "'pct' needs a plain number, this is a text", ""),
        ("{{ since | whole }}", "'whole' needs a plain number, this is a duration", ""),
        ("{{ shoe.name | day }}", "'day' needs a weekday", ""),
        ("{% if since > 8 %}x{% endif %}", "cannot compare a duration with a plain number", "under `values`"),
        ("{% if far > shoe.name %}x{% endif %}", "cannot compare a distance with a text", "under `values`"),
        ("{% if slt == 'tue' %}x{% endif %}", "unknown name 'slt'", "did you mean 'slot'?"),
        ("{{ since", "this message cannot be read", ""),
        ("{% if old %}x", "this message cannot be read", ""),
        ("x" * 3000, "2000 characters", ""),
        (" \n ", "a message has words", "say what was seen"),
    ],
)
def test_a_mistake_in_a_message_is_named(template, message, hint):
    fault = refused(template)
    assert message in fault.message
    assert hint in fault.hint


def test_a_number_in_the_words_is_found_on_its_own_line():
    fault = refused("first\nsecond {{ since }}\nabout 12 of them")
    assert (fault.start, fault.end) == (31, 33)


@given(st.text(alphabet="{}%|. '\"()[]since far+*if endif_~-#\n", max_size=80))
def test_random_text_raises_only_the_languages_own_error(template):
    try:
        message = compile_message(template, SCOPE)
    except ExpressionProblem:
        return
    render(message, CONTEXT, SCOPE, "km")
