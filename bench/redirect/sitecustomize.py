"""Sends whatever a process asks of Strava to the stand-in at BENCH_STRAVA instead.

Python imports a module of this name by itself when its folder stands on PYTHONPATH. It is for programs whose host
cannot be set.
"""

import os

from requests import adapters

_send = adapters.HTTPAdapter.send


def _redirected(self, request, **how):
    request.url = request.url.replace("https://www.strava.com", os.environ["BENCH_STRAVA"], 1)
    return _send(self, request, **how)


adapters.HTTPAdapter.send = _redirected
