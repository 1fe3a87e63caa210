#!/usr/bin/env python
"""Django's entry; makes sure first that the embedded PostgreSQL runs, unless told otherwise."""

import os
import sys


def main() -> None:
    """Run one management command. ``--data DIR`` before or after it chooses the data folder."""
    arguments = _take_data_dir(sys.argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from config.start import prepared

    prepared(arguments)
    from django.core.management import execute_from_command_line

    execute_from_command_line(arguments)


def _take_data_dir(arguments: list[str]) -> list[str]:
    """The arguments without ``--data``, whose value becomes NOTA_DATA for this and its children."""
    kept = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--data":
            os.environ["NOTA_DATA"] = os.path.abspath(next(rest, "."))
        elif argument.startswith("--data="):
            os.environ["NOTA_DATA"] = os.path.abspath(argument.removeprefix("--data="))
        else:
            kept.append(argument)
    return kept


if __name__ == "__main__":
    main()
