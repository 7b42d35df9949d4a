"""Live experiments with classifiers that collapse, in Sphinx, MkDocs and Jupyter.

`show` is for notebooks; `collapse_lab.sphinx` is a Sphinx extension and `collapse_lab.mkdocs` a
plugin of MkDocs. Must not know how an experiment is shown: that is `embed.js`.
"""

from .notebook import Shown, show

__all__ = ["Shown", "show"]
__version__ = "0.1.0"
