"""``python -m sweeplens`` does what ``sweeplens`` does."""

from .cli import main

if __name__ == "__main__":
    main()
