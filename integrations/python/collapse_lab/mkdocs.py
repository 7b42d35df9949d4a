"""The MkDocs plugin: fenced blocks called `collapse-lab` become live experiments.

Must not know what the markup means.
"""

from pathlib import Path

from mkdocs.config import config_options
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin

from .blocks import replace
from .table import OPTIONS, Wrong, check


class CollapseLab(BasePlugin):
    """Options of the plugin are options for every block."""

    config_scheme = tuple(
        (name, config_options.Optional(config_options.Type((str, int)))) for name in OPTIONS
    )

    def on_config(self, config):
        """Checks the options of the whole site."""
        self.defaults = {name: str(self.config[name]) for name in OPTIONS if self.config[name] is not None}
        self.shown = {}
        for name, value in self.defaults.items():
            try:
                check(name, value)
            except Wrong as wrong:
                raise PluginError(f"mkdocs.yml: collapse-lab: {wrong}") from None
        return config

    def on_page_markdown(self, markdown, page, **_):
        """Puts a placeholder where a block is."""
        shown = self.shown[page.file.src_uri] = []

        def placeholder(embed):
            shown.append(embed)
            # The renderer must not touch the markup: it does not know the element.
            return _placeholder(len(shown) - 1)

        try:
            return replace(markdown, self.defaults, placeholder)
        except Wrong as wrong:
            line = wrong.line + _lines_before(markdown, page)
            raise PluginError(f"{page.file.src_uri}:{line}: {wrong}") from None

    def on_page_content(self, html, page, **_):
        """Puts the markup in the placeholders' places."""
        for number, embed in enumerate(self.shown.pop(page.file.src_uri, [])):
            html = html.replace(_placeholder(number), embed.html())
        return html


def _placeholder(number):
    return f'<div data-collapse-lab="{number}"></div>'


def _lines_before(markdown, page):
    """Lines of the file that MkDocs took away: those of the front matter."""
    text = Path(page.file.abs_src_path).read_text(encoding="utf-8-sig") if page.file.abs_src_path else ""
    at = text.find(markdown)
    return text.count("\n", 0, at) if at > 0 else 0
