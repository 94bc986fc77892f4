"""``python -m relationkit``: the command line, where its script is not on the path."""

from relationkit.cli import main

if __name__ == "__main__":
    main()
