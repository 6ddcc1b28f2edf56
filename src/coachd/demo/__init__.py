"""A Strava stand-in, a scripted athlete and the demo that brings them together: no account, no network."""
