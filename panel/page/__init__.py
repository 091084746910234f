"""The page: the application, its ids, what it may open, its views."""
