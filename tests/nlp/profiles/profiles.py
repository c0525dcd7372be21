"""Profiles written for the tests, and short ways to assess them."""

from nlp import Coach, Profile

COACH = Coach()
GOOD = {
    "headline": "I help finance teams in retail close the month 4 days sooner, without new software",
    "about": "If you run a finance team, the last week of the month is lost. You wait for numbers from twelve shops.\n\n"
    "I have spent nine years on that problem. With 40 teams we found that most delays come from two forms. Fix those and "
    "you close four days sooner.\n\nIf your close takes longer, message me: I am happy to compare notes.",
    "experience": (
        (
            "Account executive, Northwind. I work with finance teams of 20 to 200 people. Last year 14 of 16 customers "
            "cut their close by at least three days."
        ),
    ),
    "skills": ("Month-end close", "Retail finance", "Forecasting", "Negotiation", "Teaching"),
    "recommendations": ("She told us not to buy.", "She fixed our close in May."),
    "featured": ("The two forms that delay your close",),
    "photo": "yes",
    "contact": "someone@example.com",
    "website": "https://example.com",
}
WEAK = {
    "headline": "Account Executive at Northwind",
    "about": "Results-driven professional leveraging synergies to deliver world-class solutions. " * 5,
    "experience": ("Account Executive, Northwind",),
    "skills": ("Sales", "CRM"),
    "recommendations": (),
    "photo": None,
}


def linkedin(**sections):
    return COACH.assess(Profile("linkedin-profile", sections))


def rule_names(assessment):
    return {finding.rule.removeprefix("Profile.") for finding in assessment.findings}
