"""Numbers and weeks as people read them, on pages and in messages."""

from __future__ import annotations

from datetime import date

from server.core.weeks import DAY, WEEK

#: Other currencies are shown by their code.
CURRENCY_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}


def number(value: float) -> str:
    """Thousands separated by a narrow no-break space (12 400) in every locale, with a true minus sign."""
    return f"{value:,}".replace(",", "\u202f").replace("-", "\u2212")


def signed(value: float) -> str:
    return f"+{number(value)}" if value > 0 else number(value)


def money(value: float, currency: str) -> str:
    """``currency``: an ISO 4217 code, as in "€12 000" and "CHF 900"."""
    return CURRENCY_SYMBOLS.get(currency, f"{currency}\u00a0") + number(value)


def day(value: date) -> str:
    return f"{value.day} {value:%b %Y}"


def day_short(value: date) -> str:
    return f"{value.day} {value:%b}"


def week_range(monday: date) -> str:
    """Monday to Sunday: "16 – 22 Nov 2026", repeating a month or a year only where it changes."""
    sunday = monday + WEEK - DAY
    if monday.year != sunday.year:
        return f"{day(monday)} – {day(sunday)}"
    if monday.month != sunday.month:
        return f"{day_short(monday)} – {day(sunday)}"
    return f"{monday.day} – {day(sunday)}"
