"""Options to markup: the element with its fallback.

Must not know where the options were written.
"""

from .table import OPTIONS, SCENARIOS, Wrong, check


class Embed:
    """One experiment as options ask for it.

    `options`: names to texts. Raises `Wrong` where one is unknown, wrong or missing.
    """

    def __init__(self, options):
        for name, value in options.items():
            check(name, value)
        if "src" not in options:
            raise Wrong("collapse-lab needs src, the address of a Collapse Lab")
        if ("preset" in options) == ("experiment" in options):
            raise Wrong("collapse-lab needs either preset or experiment")
        src = options["src"].rstrip("/") + "/"
        self.options = {**options, "src": src}
        self.script = f"{src}embed.js"
        if "preset" in options:
            preset = options["preset"]
            fragment, self._poster = f"scenario={preset}", f"{src}posters/{preset}"
            title, self.promise = SCENARIOS[preset]["title"], SCENARIOS[preset]["promise"]
        else:
            fragment, self._poster = options["experiment"], None
            title, self.promise = "An experiment", "A classifier in training"
        if "seed" in options:
            seed = options["seed"]
            fragment += f"&seed_data={seed}&seed_weights={seed}&seed_order={seed}"
        #: Where the experiment opens in full.
        self.link = f"{src}#{fragment}"
        self.title = options.get("title", title)
        #: A picture of it.
        self.picture = f"{self._poster}.svg" if self._poster else f"{src}icon.svg"

    def html(self):
        """For a browser: the element, in it a link and a picture for everybody else."""
        given = ((name, self.options[name]) for name in OPTIONS if name in self.options)
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in given)
        return (
            f"<collapse-lab{attributes}>\n"
            f'<a href="{escape(self.link)}">{self._picture()}{escape(self.title)} · Collapse Lab</a>\n'
            f"</collapse-lab>\n"
            f'<script type="module" src="{escape(self.script)}"></script>\n'
        )

    def _picture(self):
        """The scenario's poster, which comes in light and dark; the lab's icon where there is none."""
        theme, shown, other = self.options.get("theme", "auto"), self.picture, ""
        size = 'width="700" height="420"' if self._poster else 'width="96" height="96"'
        if self._poster and theme == "dark":
            shown = f"{self._poster}-dark.svg"
        elif self._poster and theme == "auto":
            dark = escape(f"{self._poster}-dark.svg")
            other = f'<source media="(prefers-color-scheme: dark)" srcset="{dark}">'
        picture = f'src="{escape(shown)}" alt="{escape(self.promise)}" {size} loading="lazy"'
        return f"<picture>{other}<img {picture}></picture><br>"

    def markdown(self):
        """For what is made from Markdown and runs no scripts."""
        link = self.link.replace(" ", "%20").replace("<", "%3C").replace(">", "%3E")
        return (
            f"[![{self.promise}]({self.picture})](<{link}>)\n\n[{self.title} · Collapse Lab](<{link}>)\n"
        )


def escape(text):
    """Text as it stands in HTML, inside quotes or not."""
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(character, entity)
    return text
