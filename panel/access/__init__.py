"""Who may come in, and to what: a token or a proxy's users, their sessions and things, and what browsers are told."""
