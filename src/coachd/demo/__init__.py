"""Stand-ins of Strava and Garmin, a scripted athlete and the demo that brings them together: no account, no network."""
