"""Tables of runs: read, understood, and made into a project."""
