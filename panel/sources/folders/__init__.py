"""A folder a run, with settings and results in files; Sacred's and Ultralytics' among them."""
