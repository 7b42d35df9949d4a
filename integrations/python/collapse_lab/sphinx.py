"""The Sphinx extension: the directive `collapse-lab`.

Must not know what the markup means.
"""

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from . import __version__
from .markup import Embed
from .table import OPTIONS, Wrong, check


class Experiment(nodes.General, nodes.Element):
    """An experiment; its children are what is read where no script runs."""


class Directive(SphinxDirective):
    """`.. collapse-lab:: <scenario>`, or without argument and with `:experiment:`."""

    optional_arguments = 1
    option_spec = {name: directives.unchanged_required for name in OPTIONS}

    def run(self):
        """One node; what is wrong is an error of the document, with file and line."""
        options = {**self.config.collapse_lab, **self.options}
        if self.arguments:
            if "preset" in options:
                raise self.error("preset is given twice")
            options["preset"] = self.arguments[0]
        try:
            embed = Embed({name: str(value) for name, value in options.items()})
        except Wrong as wrong:
            raise self.error(str(wrong)) from None
        link = nodes.reference("", f"{embed.title} · Collapse Lab", refuri=embed.link, internal=False)
        told = nodes.paragraph("", "", link, nodes.Text(f": {embed.promise}"))
        node = Experiment("", told, html=embed.html())
        self.set_source_info(node)
        return [node]


def visit_html(translator, node):
    """The markup; an EPUB, which is HTML without scripts, reads the children."""
    if translator.builder.name == "epub":
        return
    translator.body.append(node["html"])
    raise nodes.SkipNode


def pass_by(_translator, _node):
    """The children say it."""


def check_config(_app, config):
    """Stops at options in `conf.py` that are none."""
    try:
        for name, value in config.collapse_lab.items():
            check(name, str(value))
    except Wrong as wrong:
        raise ExtensionError(f"conf.py: collapse_lab: {wrong}") from None


def setup(app):
    """Called by Sphinx."""
    app.add_config_value("collapse_lab", {}, "env", types=(dict,))
    app.connect("config-inited", check_config)
    others = {name: (pass_by, pass_by) for name in ("latex", "text", "man", "texinfo")}
    app.add_node(Experiment, html=(visit_html, pass_by), **others)
    app.add_directive("collapse-lab", Directive)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
