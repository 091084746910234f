"""What is kept on disk, and worker processes: loaded projects, results, selected runs, jobs."""
