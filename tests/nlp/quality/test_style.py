from nlp import Coach, Draft


def test_styles_separate_opposite_texts():
    coach = Coach()

    def measures(text, surface="linkedin-post"):
        return {m.name: m for m in coach.assess(Draft(surface, text)).measures}

    stiff = "The aforementioned documentation shall be furnished in accordance with the applicable regulatory provisions."
    easy = "I like this a lot. We went to see them and had a good day with the kids."
    assert measures(stiff)["level"].value > measures(easy)["level"].value + 1
    assert measures(stiff)["level"].goodness < measures(easy)["level"].goodness
    assert measures(stiff)["formality"].value > measures(easy)["formality"].value
    assert measures("Thank you so much, this is lovely and helped me a lot.")["warmth"].value > 60
    rude, kind = "Why did you delete this? You are wrong again.", "Thanks for this. Could you tell me where you found it?"
    assert measures(rude, "x-reply")["politeness"].goodness < measures(kind, "x-reply")["politeness"].goodness
    assert measures(kind)["politeness"].goodness is None
