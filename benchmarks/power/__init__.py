"""Trouble of several sizes for each check, and how often the check fires: one module a check, with ``power()``."""
