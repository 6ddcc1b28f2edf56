import yaml

from coachd.resources import shipped


def test_the_shipped_ones_stand_under_their_pillar_with_kind_and_title(coachd):
    listed = coachd("rules", "list", "--json").json
    files = [file for file in shipped("rules").rglob("*.yaml") if file.parent.name != "profiles"]
    assert len(listed) == sum(len(yaml.safe_load(file.read_text())["rules"]) for file in files)
    out = coachd("rules", "list").out
    for rule in listed:
        assert f"  {rule['id']:<26}{rule['kind'] if rule['on'] else 'off':<8}{rule['title']}\n" in (
            out.split(f"\n{rule['pillar']}\n")[1].split("\n\n")[0] + "\n"
        )
    on = sum(rule["on"] for rule in listed)
    assert f"\n{on} rules are on, {len(listed) - on} are off." in out


def test_no_line_is_wider_than_a_terminal(runner):
    for option in ((), ("--why-off",)):
        assert max(map(len, runner("rules", "list", *option).out.splitlines())) < 80


def off(coachd):
    """Reason -> the text below it."""
    return dict(part.split("\n", 1) for part in coachd("rules", "list", "--why-off").out.split("Off: ")[1:])


def test_an_optional_rule_is_off_until_asked_for(coachd):
    found = off(coachd)["optional, until you ask for it"]
    assert "form-cue" in found
    assert "coachd rules set ID on" in found
    coachd("rules", "set", "form-cue", "on")
    assert "form-cue" not in off(coachd)["optional, until you ask for it"]


def test_a_rule_that_somebody_turned_off_says_so(coachd):
    coachd("rules", "set", "no-rest-day", "off")
    assert "no-rest-day" in off(coachd)["you turned it off"]
    row = next(row for row in coachd("rules", "list", "--json").json if row["id"] == "no-rest-day")
    assert (row["on"], row["why_off"]) == (False, "you turned it off")


def test_a_rule_on_trial_is_on_and_an_experimental_one_is_off(coachd, own_rules):
    coachd("rules", "new", "try-me")
    file = own_rules / "try-me.yaml"
    file.write_text(file.read_text().replace("kind: nudge  ", "status: experimental\n  kind: nudge  "))
    assert "try-me" in off(coachd)["its status is experimental"]
    assert "\nyour own\n  try-me " in coachd("rules", "list").out


def test_rules_without_their_data_are_named_with_what_they_lack(runner):
    mute = runner("rules", "list", "--why-off").out.split("your history holds no\n")[1]
    lacks = dict(line.split(maxsplit=1) for line in mute.splitlines())
    assert lacks["sleep-short"] == "nights"
    assert lacks["heat-adjust"] == "weather"
    assert "calendar" in lacks["taper-start"]
    assert "no-rest-day" not in lacks
    assert "strength-short" not in lacks


def test_one_with_no_history_at_all_is_spared_the_list(coachd):
    assert "No rule that is on is mute for want of data." in coachd("rules", "list", "--why-off").out


def test_a_broken_rule_of_one_s_own_leaves_the_others_in_force(coachd, own_rules):
    (own_rules / "far.yaml").write_text("version: 1\nruls: []\n")
    said = coachd("rules", "list")
    assert said.code == 0
    assert "consistency" in said.out
    assert "far.yaml:2:1: unknown key 'ruls'" in said.out
    assert coachd("status", "--json").json["rules"]["problems"]
