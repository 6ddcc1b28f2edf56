"""A message comes out of the outbox as it went in."""

from coachd.bodies import from_body, to_body
from coachd.compose.sample import BELIEFS, FULL
from coachd.model import Beliefs, Digest


def test_what_went_in_comes_out():
    assert from_body(Digest, to_body(FULL)) == FULL
    assert from_body(Beliefs, to_body(BELIEFS)) == BELIEFS


def test_what_an_older_body_lacks_has_its_default():
    older = {name: value for name, value in to_body(FULL).items() if name != "corrections"}
    assert from_body(Digest, older).corrections == ()
