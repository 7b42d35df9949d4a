"""The options and scenarios, from the one table all integrations share.

Must not know what markup looks like.
"""

import json
from pathlib import Path

_TABLE = json.loads(Path(__file__).with_name("options.json").read_text(encoding="utf-8"))
#: Every option by name, in the order in which they are written.
OPTIONS = {option["name"]: option for option in _TABLE["options"]}
#: Title and promise of every scenario, by id.
SCENARIOS = _TABLE["scenarios"]


class Wrong(ValueError):
    """An option is wrong; `line` is where in a block, 0 for the whole."""

    def __init__(self, message, line=0):
        super().__init__(message)
        self.line = line


def check(name, value):
    """Raises `Wrong` unless there is an option `name` that takes the text `value`."""
    option = OPTIONS.get(name)
    if option is None:
        raise Wrong(f'collapse-lab has no option "{name}"; there are {", ".join(OPTIONS)}')
    kind, wrong = option["kind"], None
    if kind == "address" and not value.startswith(("https://", "http://", "/", "./", "../")):
        # Anything else, such as `javascript:`, must not become a link.
        wrong = "no address (https://… or a path that begins with / or .)"
    elif kind == "scenario" and value not in SCENARIOS:
        wrong = "no scenario"
    elif kind == "whole" and not _is_whole(value):
        wrong = "no whole number"
    elif kind == "height" and value != "auto" and not _is_whole(value):
        wrong = "neither auto nor a number of pixels"
    elif kind == "choice" and value not in option["choices"]:
        wrong = f"none of {', '.join(option['choices'])}"
    if wrong:
        raise Wrong(f'{name}: "{value}" is {wrong}')


def _is_whole(value):
    return value.isascii() and value.isdigit()
