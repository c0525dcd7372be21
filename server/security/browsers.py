"""Which browser a session belongs to, in words that its owner recognises."""

from __future__ import annotations

#: Part of the User-Agent header to name. The order matters: Edge and Opera call themselves Chrome, and Chrome Safari.
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
#: Android calls itself Linux, and an iPhone says that it is like Mac OS X.
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def describe_browser(user_agent: str) -> str | None:
    """Such as "Firefox on Windows". No versions: they change, and would identify a device better than needed."""
    browser = next((name for part, name in BROWSERS if part in user_agent), None)
    system = next((name for part, name in SYSTEMS if part in user_agent), None)
    if browser and system:
        return f"{browser} on {system}"
    return browser
