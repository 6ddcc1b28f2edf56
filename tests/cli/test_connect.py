"""`coachd connect strava` and `coachd disconnect`: access, and its end."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from processes import Home, connect, pointed_at, sent_to, started, visit


class TestConnect:
    def test_following_the_printed_page_connects(self, strava, tmp_path):
        home = Home(tmp_path, pointed_at(strava))
        command = connect(home)
        assert "Connected as Robin.\n" in command.stdout
        assert "Next: `coachd sync`" in command.stdout
        assert home.json("status")["athletes"][0]["sources"][0]["state"] == "ok"

    def test_the_browser_is_told_that_it_may_be_closed(self, strava, tmp_path):
        with started(Home(tmp_path, pointed_at(strava)), "connect", "strava", "--no-browser") as command:
            shown = visit(command.until("/oauth/authorize?").strip())
            assert "You can close this window" in shown.text
            assert command.wait() == 0

    def test_a_refusal_is_said_with_the_way_back(self, strava, tmp_path):
        strava.world.refuse_authorisation = True
        with started(Home(tmp_path, pointed_at(strava)), "connect", "strava", "--no-browser") as command:
            visit(command.until("/oauth/authorize?").strip())
            assert command.wait() == 5
            assert "Strava was told not to let coachd in." in command.stderr
            assert "choose Authorize" in command.stderr

    def test_what_is_lost_with_an_unticked_box_is_said(self, connected, pasting):
        connected.world.granted_scopes = frozenset({"read", "activity:read_all"})
        said = pasting()
        assert said.code == 0
        assert "Note: Your shoes and heart-rate zones stay hidden" in said.out

    def test_a_browser_that_never_comes_back_is_not_waited_for_for_ever(self, coachd, connected):
        said = coachd("connect", "strava", "--no-browser", "--timeout", 0)
        assert said.code == 5
        assert "The browser did not come back within 0 seconds." in said.err
        assert "coachd connect strava --paste" in said.err

    def test_an_address_pasted_connects(self, pasting):
        said = pasting()
        assert said.code == 0
        assert "copy its whole address" in said.out
        assert "Connected as Robin." in said.out

    @pytest.mark.parametrize("address", ["", "nonsense", "http://localhost:8081/connected?state=other&code=1"])
    def test_another_address_is_refused(self, pasting, address):
        said = pasting(lambda _page: address)
        assert said.code == 2
        assert "That address does not belong to this attempt to connect." in said.err

    def test_an_address_without_a_code_is_asked_for_whole(self, pasting):
        def cut(page: str) -> str:
            return f"http://localhost:8081/connected?state={parse_qs(urlsplit(page).query)['state'][0]}"

        said = pasting(cut)
        assert said.code == 2
        assert "Paste the whole address" in said.err

    def test_a_code_is_good_for_once(self, pasting, connected):
        kept: list[str] = []

        def replayed(page: str) -> str:
            address = sent_to(page)
            state = parse_qs(urlsplit(page).query)["state"][0]
            kept.append(parse_qs(urlsplit(address).query)["code"][0])
            return f"http://localhost:8081/connected?state={state}&code={kept[0]}&scope=read,activity:read_all"

        assert pasting(replayed).code == 0
        said = pasting(replayed)
        assert said.code == 5
        assert "Strava did not accept the code." in said.err

    def test_over_ssh_pasting_is_chosen_by_itself(self, coachd, connected, monkeypatch):
        monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22")
        said = coachd("connect", "strava", "--timeout", 0, typed="nonsense\n")
        assert said.code == 2
        assert "Paste it here" in said.out

    def test_a_browser_is_opened_unless_it_should_not(self, coachd, connected, monkeypatch):
        opened: list[str] = []
        monkeypatch.setattr("webbrowser.open", opened.append)
        coachd("connect", "strava", "--timeout", 0)
        assert [urlsplit(page).path for page in opened] == ["/oauth/authorize"]
        coachd("connect", "strava", "--timeout", 0, "--no-browser")
        assert len(opened) == 1

    def test_without_an_application_it_says_where_to_make_one(self, coachd):
        said = coachd("connect", "strava")
        assert said.code == 2
        assert "STRAVA_CLIENT_ID: is missing" in said.err
        assert "STRAVA_CLIENT_SECRET: is missing" in said.err
        assert "https://www.strava.com/settings/api" in said.err


class TestDisconnect:
    def test_the_receipt_says_what_went_and_own_files_stay(self, coachd, pasting, export, connected):
        pasting()
        coachd("sync")
        coachd("import", export)
        assert coachd("summary", "--json").json["activities"] == 127
        said = coachd("disconnect", "strava", "--yes")
        assert said.code == 0
        lines = said.out.splitlines()
        assert re.fullmatch(r"strava was disconnected at \d{4}-\d\d-\d\d \d\d:\d\d UTC\.", lines[0])
        assert "  5 recordings removed" in lines
        assert lines[-1] == "  access revoked"
        assert coachd("summary", "--json").json["activities"] == 122
        assert coachd("status", "--json").json["athletes"][0]["sources"] == []
        assert len(connected.world.calls("/oauth/revoke")) == 1

    def test_when_strava_cannot_be_told_the_rows_go_all_the_same(self, coachd, pasting, connected):
        pasting()
        coachd("sync")
        connected.world.fail("/oauth/*", status=503)
        said = coachd("disconnect", "strava", "--yes")
        assert said.code == 0
        assert "strava could not be told: revoke coachd at https://www.strava.com/settings/apps" in said.out
        assert coachd("summary", "--json").json["activities"] == 0

    def test_nothing_goes_without_a_yes(self, coachd, pasting):
        pasting()
        coachd("sync")
        assert coachd("disconnect", "strava", typed="n\n").code == 130
        assert coachd("summary", "--json").json["activities"] == 5

    def test_what_is_not_connected_is_said_so(self, coachd):
        said = coachd("disconnect", "strava", "--yes")
        assert (said.code, said.err) == (2, "coachd: strava is not connected.\nSee `coachd status`.\n")
