# In a folder that `jupyter --paths` names under config: jupyter-server-proxy starts SweepLens for each user.
import secrets

token = secrets.token_urlsafe()  # for this user's Jupyter alone: others on the machine can reach its ports, too

c.ServerProxy.servers = {
    "sweeplens": {
        "command": ["sweeplens", "sample", "--port", "{port}", "--url-prefix", "{base_url}sweeplens/", "--no-browser"],
        "environment": {"SWEEPLENS_TOKEN": token, "SWEEPLENS_ALLOWED_HOST": "hub.example.org"},
        "request_headers_override": {"Authorization": f"Bearer {token}"},
        "absolute_url": True,
        "timeout": 60,
        "launcher_entry": {"title": "SweepLens"},
    }
}
