"""The project: its runs as frames, its snapshot, and what names and values tell."""
