"""Optuna: database, journal."""
