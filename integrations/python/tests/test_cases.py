"""The cases that every integration must agree on, and what is Python's alone."""

import json
import unittest
from pathlib import Path

import collapse_lab
from collapse_lab.blocks import read, replace
from collapse_lab.table import Wrong

DEFAULTS = {"src": "https://host/lab/"}


class Cases(unittest.TestCase):
    def test_blocks_become_what_the_shared_cases_say(self):
        cases = json.loads((Path(__file__).parents[2] / "cases.json").read_text(encoding="utf-8"))
        for case in cases:
            with self.subTest(case["name"]):
                if "html" in case:
                    self.assertEqual(read(case["block"].split("\n"), DEFAULTS).html(), case["html"])
                else:
                    with self.assertRaises(Wrong) as caught:
                        read(case["block"].split("\n"), DEFAULTS)
                    self.assertEqual((caught.exception.line, str(caught.exception)), (case["line"], case["error"]))

    def test_only_blocks_outside_other_fences_are_replaced(self):
        for text in ("````markdown\n```collapse-lab\npreset: digits\n```\n````\n", "Write ```collapse-lab``` so.\n"):
            self.assertEqual(replace(text, DEFAULTS, lambda _: "X"), text)
        text = "1. one\n   ~~~~ collapse-lab\n   preset: digits\n   ~~~~\nafter"
        self.assertEqual(replace(text, DEFAULTS, lambda _: "X\nY"), "1. one\n\n   X\n   Y\n\nafter")

    def test_a_block_without_end_is_told_where_it_begins(self):
        with self.assertRaises(Wrong) as caught:
            replace("\n```collapse-lab\npreset: digits\n", DEFAULTS, lambda _: "X")
        self.assertEqual(caught.exception.line, 2)

    def test_a_cell_shows_html_markdown_and_text(self):
        shown = collapse_lab.show("digits", seed=7, src="/lab/")
        bundle = shown._repr_mimebundle_()
        self.assertIn('<collapse-lab src="/lab/" preset="digits" seed="7">', bundle["text/html"])
        self.assertIn("](/lab/posters/digits.svg)](</lab/#scenario=digits&seed_data=7&seed_weights=7&seed_order=7>)", bundle["text/markdown"])
        self.assertEqual(repr(shown), "Healthy digits · Collapse Lab: /lab/#scenario=digits&seed_data=7&seed_weights=7&seed_order=7")
        with self.assertRaisesRegex(ValueError, 'no option "colour"'):
            collapse_lab.show("digits", colour="red", src="/lab/")


if __name__ == "__main__":
    unittest.main()
