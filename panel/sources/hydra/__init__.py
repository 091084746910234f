"""Hydra multirun."""
