"""The sample project: a real sweep over scikit-learn's digits, and the script that ran it."""
