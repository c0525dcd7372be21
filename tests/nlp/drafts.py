"""Drafts written for the tests, weak and good, and texts no person would send."""

WEAK = (
    "I'm thrilled to announce that we have launched our very unique game-changing solution! In today's fast-paced world, "
    "companies need to leverage synergies in order to drive growth. Our innovative platform helps businesses take their sales "
    "to the next level with significant results. Book a demo today!! Thoughts? #sales #b2bsales #growth #innovation "
    "#leadership #business #success"
)
GOOD = (
    "A buyer told me no on Tuesday, and she was right.\n\n"
    "Our quote was four pages. Her supervisor had nine minutes to read it before the board met, so he skipped it and signed "
    "with the firm that sent one page.\n\n"
    "Since then I put the first-year cost on line one. Of the last 14 quotes, 6 were signed within a week; before, it was 2 "
    "of 15.\n\n"
    "What stands on the first line of the last quote you signed?"
)
GOOD_REPLY = (
    "@ann We saw the same with 12 hospital buyers: the form, not the price, killed the deal. Which page did yours give up on?"
)
EMOJI_FIRST = "🎉🎉 We leverage synergies with Acme on Tuesday and sold 12 pumps."

HOSTILE = {
    "empty": "",
    "blank": " \n\t ",
    "emoji": "🎉🔥👨‍👩‍👧‍👦" * 20,
    "link": "https://example.com/report",
    "right to left": "مرحبا بكم في معرض المبيعات يوم الثلاثاء. سنعرض عشرين مضخة جديدة.",
    "direction marks": "\u202eWe sold 12 pumps\u202c to \u2066Acme\u2069 on Tuesday.",
    "hashtags": "#sales " * 3000,
    "one word": "a" * 30_000,
    "marks": "!?" * 15_000,
    "near links": "http://" * 4_000,
    "dots": "a." * 15_000,
    "brackets": "(" * 30_000,
    "lines": "\n" * 29_999 + "a",
    "combining": "e\u0301" * 10_000,
    "percent": "%s %d %% {0} {text}",
    "mask": "\x01\x01 leverage \x01",
}
