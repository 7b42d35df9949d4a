"""Finds fenced blocks called `collapse-lab` in Markdown.

Must not know who renders the Markdown.
"""

import re

from .markup import Embed
from .table import Wrong, check

# A line of backticks with more of them in it is code in a sentence.
_FENCE = re.compile(r"^(?P<indent>\s*)(?P<mark>`{3,}(?=[^`]*$)|~{3,})\s*(?P<word>\S*)")


def read(lines, defaults):
    """The experiment of a block's lines, `name: value` each; `Wrong` names the line, 0 for the fence."""
    own = {}
    for number, line in enumerate(lines, 1):
        line = line.strip()
        if not line:
            continue
        try:
            name, colon, value = (part.strip() for part in line.partition(":"))
            if not colon:
                raise Wrong(f'"{line}": expected name: value')
            check(name, value)
            if name in own:
                raise Wrong(f"{name} is given twice")
        except Wrong as wrong:
            raise Wrong(str(wrong), number) from None
        own[name] = value
    return Embed({**defaults, **own})


def replace(text, defaults, write):
    """`text` with `write(embed)` instead of every block; `Wrong` names the line, counted from 1.

    Blocks inside other fences, which show how to write one, stay.
    """
    written = []
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        fence = _FENCE.match(line)
        if not fence:
            written.append(line)
            continue
        mark = fence["mark"]
        closes = re.compile(rf"^\s*{re.escape(mark[0])}{{{len(mark)},}}\s*$")
        end = next((at for at in range(number, len(lines)) if closes.match(lines[at])), None)
        if fence["word"] != "collapse-lab":
            after = len(lines) if end is None else end + 1
            written += [line, *lines[number:after]]
            number = after
            continue
        if end is None:
            raise Wrong("this block is not closed", number)
        try:
            embed = read(lines[number:end], defaults)
        except Wrong as wrong:
            raise Wrong(str(wrong), number + wrong.line) from None
        inside = write(embed).rstrip("\n").split("\n")
        written += ["", *(fence["indent"] + line if line else line for line in inside), ""]
        number = end + 1
    return "\n".join(written)
