"""The display helper for Jupyter.

Must not know Jupyter beyond the methods it asks values for.
"""

import os

from .markup import Embed


class Shown:
    """An experiment as the last value of a cell."""

    def __init__(self, embed):
        self._embed = embed

    def _repr_mimebundle_(self, include=None, exclude=None):
        """HTML for notebooks and pages, Markdown and text for what is made from them without scripts."""
        title, link = self._embed.title, self._embed.link
        return {
            "text/html": self._embed.html(),
            "text/markdown": self._embed.markdown(),
            "text/plain": f"{title} · Collapse Lab: {link}",
        }

    def __repr__(self):
        return self._repr_mimebundle_()["text/plain"]


def show(preset=None, **options):
    """Shows an experiment: `show("digits_majority", lock="learning_rate", src="https://host/lab/")`.

    `preset`: id of a scenario; without it `experiment="v=1&data=gaussians"`. Every option of the
    element may be given; `src` is the environment's `COLLAPSE_LAB_SRC` unless given. Raises
    `ValueError` where one is unknown, wrong or missing.
    """
    given = {"src": os.environ.get("COLLAPSE_LAB_SRC"), "preset": preset, **options}
    return Shown(Embed({name: str(value) for name, value in given.items() if value is not None}))
