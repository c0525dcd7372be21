"""Drafts written for the tests, weak and good, and malformed texts."""

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

#: The same news in languages other than English.
FOREIGN = {
    "German": "Wir freuen uns, unser neues Produkt vorzustellen. Es hilft Kunden, Zeit zu sparen. Was denken Sie?",
    "French": "Un client me demande pourquoi notre devis est plus cher que les autres, et je ne sais pas quoi répondre.",
    "Spanish": "Ayer un cliente me dijo que no, y tenía razón. La oferta era de cuatro páginas y nadie la lee.",
    "Italian": "Ieri un cliente mi ha detto di no e aveva ragione, il preventivo era di quattro pagine.",
    "Portuguese": "Temos o prazer de apresentar o nosso novo produto para as equipes de vendas. O que você acha?",
    "Dutch": "Ik had gisteren een klant aan de lijn en die was over de offerte in de war.",
    "Danish": "I dag har vi været hos en kunde i Aarhus, og de var meget glade for det nye system.",
    "Finnish": "Olemme iloisia voidessamme esitellä uuden tuotteemme. Mitä mieltä olet siitä, kerro meille?",
    "Polish": "Z przyjemnością przedstawiamy nasz nowy produkt dla działów sprzedaży. Co o tym myślisz?",
    "Turkish": "Yeni ürünümüzü sizlere tanıtmaktan mutluluk duyuyoruz. Siz ne düşünüyorsunuz, bize yazın.",
    "Hebrew": "אנחנו שמחים להציג את המוצר החדש שלנו ללקוחות. מה אתם חושבים?",
    "Russian": "Мы рады представить наш новый продукт. Что вы думаете?",
    "Japanese": "新しい製品を発表できることを嬉しく思います。どう思いますか？",
}

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

#: The costliest texts of 30,000 UTF-16 units: each of their few characters is a token.
COSTLY = {
    "brackets": HOSTILE["brackets"],
    "marks": HOSTILE["marks"],
    "dots": HOSTILE["dots"],
    "combining": "a" + "\u0301" * 29_999,
    "combined letters": HOSTILE["combining"],
    "near links": HOSTILE["near links"],
    "quotation marks": '"' * 30_000,
    "one-letter words": "a b c d " * 3_750,
    "one-letter lines": "x\n" * 15_000,
    "contractions": "im " * 10_000,
    "wide blanks": "a  " * 10_000,
    "emoji": "🎉" * 15_000,
}
