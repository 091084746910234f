"""``python -m sweeplens`` does what ``sweeplens`` does."""

from .cli import NAME, main

if __name__ == "__main__":
    main(prog_name=NAME)
