"""A page of the documentation as HTML."""

import subprocess
import sys

from panel.page.rendering import render_page

PAGE = """# Odd & ends

See [the command](reference/command.md#options).

## One *section*

<!-- no-run: it is a test -->
```console
$ sweeplens a.csv --filter 'lr<1'
```

| option | meaning |
| --- | --- |
| `--a \\| b` | what it is |

### Below

![A picture](pictures/a.png)
"""


def test_what_the_pages_use_is_html():
    html = render_page(PAGE, "a.md")
    assert "<title>Odd &amp; ends – SweepLens</title>" in html
    assert '<a href="reference/command.md#options">the command</a>' in html
    assert '<h2 id="one-section">One <em>section</em><a class="headerlink" href="#one-section"' in html
    assert "<pre><code class=\"language-console\">$ sweeplens a.csv --filter 'lr&lt;1'\n</code></pre>" in html
    assert "<td>what it is</td>" in html
    assert '<img alt="A picture" src="pictures/a.png">' in html
    assert "<li><a href='#one-section'>One section</a>" in html
    assert "<script" not in html


def test_the_first_page_is_found_from_a_folder():
    assert "<a href='index.md'>" in render_page(PAGE, "a.md")
    assert "<a href='../index.md'>" in render_page(PAGE, "reference/a.md")


def test_a_page_without_sections_lists_none():
    assert "<details>" not in render_page("# Alone", "a.md")


def test_what_renders_is_imported_when_a_page_is_asked_for():
    program = "import sys; import panel.page.web; print('markdown' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
