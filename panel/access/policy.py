"""What the browser is told to run, load and show: nothing but what this server itself has for the page."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

_INLINE = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


def write_policy(scripts: Iterable[str], frames: str = "") -> str:
    """
    Return a Content-Security-Policy.

    Parameters
    ----------
    scripts
        Hashes of the scripts that stand in the page itself, as `hash_scripts` returns them; no other one is run.
    frames
        Origins, separated by spaces, whose pages may show this one in a frame, besides its own.
    """
    parts = {
        "default-src": "'self'",
        "script-src": " ".join(("'self'", *scripts)),
        # Mantine, AG Grid and Plotly write style elements and attributes as they draw; a style runs nothing.
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": f"'self' {frames}".strip(),
    }
    return "; ".join(f"{name} {allowed}" for name, allowed in parts.items())


def hash_scripts(page: str) -> list[str]:
    """
    Return the hashes by which a policy names the scripts that stand in a page of HTML, each once.

    Examples
    --------
    >>> hash_scripts("<script src=a.js></script><script>alert(1)</script>")
    ["'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"]
    """
    digests = (hashlib.sha256(script.encode()).digest() for script in dict.fromkeys(_INLINE.findall(page)))
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
