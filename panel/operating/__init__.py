"""What is there for who runs a server: whether it answers, how much it does, and who asked for what."""
