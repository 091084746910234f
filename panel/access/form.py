"""The form that asks for the token, and the one that ends a session: pages without a script."""

from __future__ import annotations

from html import escape

TOKEN = "token"  # noqa: S105 (a name)
"""The field of the form, and the part of an address, that holds the token."""

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>SweepLens</title>
<style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }}
main {{ max-width: 26rem; margin: 18vh auto 0; padding: 0 1rem }}
label, input, button {{ display: block; width: 100%; box-sizing: border-box; font: inherit }}
input, button {{ margin-top: .5rem; padding: .5rem .75rem }}
</style></head>
<body><main><h1>SweepLens</h1>{content}</main></body>
</html>
"""


def write_sign_in(problem: str = "") -> str:
    """Return the page that asks for the token; the form is sent to the address that was asked for."""
    said = f'<p role="alert"><strong>{escape(problem)}</strong></p>' if problem else ""
    return _PAGE.format(
        content=f"{said}<p>This page is for those who have its token: it stands in the link that was printed where "
        'SweepLens was started.</p><form method="post" action="">'
        f'<label>Token <input type="password" name="{TOKEN}" autocomplete="current-password" required autofocus>'
        '</label><button type="submit">Sign in</button></form>'
    )


def write_sign_out() -> str:
    """Return the page that ends a session."""
    return _PAGE.format(
        content='<p>You are signed in.</p><form method="post" action=""><button type="submit">Sign out</button></form>'
    )
