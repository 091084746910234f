"""Weights & Biases: its API, its folder, its declared sweeps."""
