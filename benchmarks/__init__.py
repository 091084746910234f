"""Trials behind the settings and claims of SweepLens: `make bench` runs them all. None is a timed test."""
