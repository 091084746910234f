"""The checks as a gate for scripts and CI: `sweeplens check`, and one module a form of what it prints."""
