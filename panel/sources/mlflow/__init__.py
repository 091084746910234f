"""MLflow: database, files, server."""
