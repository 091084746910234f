"""Several tables of one kind, in a folder or given together: the runs of all, or the log of a run each."""
