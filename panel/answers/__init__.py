"""What is asked of a project and kept: the only place that computes for the page, the command and the report."""
