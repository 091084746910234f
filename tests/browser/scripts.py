"""The page's own functions and state, for tests that ask the page itself: `sweeplens.shown`, `sweeplens.display`."""

from __future__ import annotations

import json
from pathlib import Path

ASSETS = Path(__file__).parent.parent.parent / "assets"

MODULES = sorted(str(path.relative_to(ASSETS)) for path in ASSETS.glob("*/*.mjs"))

EXPOSE = """(async () => {
    const after = (ms) => new Promise((done) => setTimeout(done, ms));
    const entry = () => document.querySelector('script[src*="assets/main.mjs"]');
    while (!entry() || !window.dash_clientside?.sweeplens?.start) await after(20);
    const load = (path) => import(new URL(path, new URL('.', entry().src)));
    const modules = await Promise.all(MODULES.map(load));
    const all = {};
    for (const module of modules)
        for (const name of Object.keys(module))
            Object.defineProperty(all, name, { get: () => module[name], configurable: true });
    window.sweeplens = all;
})()""".replace("MODULES", json.dumps(MODULES))
"""Makes what all modules export into one object, which follows what they hold."""
