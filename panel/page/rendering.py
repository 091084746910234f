"""A page of the documentation as HTML, where it was not built: in Python-Markdown, as the site's builder reads it."""

from __future__ import annotations

from html import escape

from markdown import Markdown

from ..answers.report import read_asset
from ..figures.palette import write_report_colours

INDEX = "index.md"
"""The page that leads to all others."""

EXTENSIONS = {
    "tables": {},
    "fenced_code": {},
    "toc": {"permalink": "#", "permalink_title": "Link to this section", "toc_depth": "2-3"},
}
"""What of `mkdocs.yml` the pages use, with what each is told."""


def render_page(text: str, name: str) -> str:
    """
    Return a page as an HTML file without a script, whose links lead where those of the text lead.

    Parameters
    ----------
    text
        The page as it is written.
    name
        Its path from the documentation's folder, as in ``reference/page.md``.
    """
    reader = Markdown(extensions=list(EXTENSIONS), extension_configs=EXTENSIONS, output_format="html")
    body = reader.convert(text)
    sections: list[dict[str, str]] = reader.toc_tokens
    title = text.partition("\n")[0].lstrip("# ")
    home = "../" * name.count("/") + INDEX
    listed = "".join(f"<li><a href='#{section['id']}'>{section['name']}</a>" for section in sections)
    inside = f"<details><summary>On this page</summary><ul>{listed}</ul></details>" if listed else ""
    return (
        f"<!doctype html>\n<html lang='en'><head><meta charset='utf-8'><title>{escape(title)} – SweepLens</title>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'><link rel='icon' href='data:,'>"
        f"<style>{write_report_colours()}{read_asset('documents.css')}</style></head>\n"
        f"<body><nav><a href='{home}'>Documentation of SweepLens</a>{inside}</nav>\n<main>{body}</main></body></html>\n"
    )
