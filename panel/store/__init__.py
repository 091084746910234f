"""What lies on disk and what runs beside: loaded projects, results, selected runs, jobs."""
