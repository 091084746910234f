"""One verdict: what one view says of a project, another does not deny."""
