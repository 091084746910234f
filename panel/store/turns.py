"""Whose work is next: each user in turn, and of each what was asked for first."""

from __future__ import annotations


class Turns:
    """Keys of work that waits, by the users who asked for it."""

    def __init__(self) -> None:
        self._waiting: dict[str, dict[str, None]] = {}  # users in the order of their turns, each with keys in order

    def __len__(self) -> int:
        return sum(len(keys) for keys in self._waiting.values())

    def add(self, user: str, key: str) -> None:
        """Have a key wait behind what this user asked for before; a user who waits for nothing yet comes last."""
        self._waiting.setdefault(user, {})[key] = None

    def remove(self, key: str) -> bool:
        """Take a key out, wherever it waits; return whether it did."""
        for user, keys in self._waiting.items():
            if key in keys:
                del keys[key]
                if not keys:
                    del self._waiting[user]
                return True
        return False

    def take(self) -> str | None:
        """Return the key whose turn it is, and let its user wait behind the others; ``None`` if none waits."""
        user = next(iter(self._waiting), None)
        if user is None:
            return None
        keys = self._waiting.pop(user)
        key = next(iter(keys))
        del keys[key]
        if keys:
            self._waiting[user] = keys
        return key
