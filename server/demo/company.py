"""The demonstration organisation: its people, teams, targets and habits. All names are invented."""

from __future__ import annotations

from nlp.model import Surface

SEED = 20_261
WEEKS = 26
COMPANY = "Larkfield Components (demonstration)"
DOMAIN = "larkfield.example"
OVERSEER = "Ingrid Solheim"
ADMINS = ("Ingrid Solheim", "Tomasz Wrona")
HEAD_OF_SALES = "Patrice Okonjo"
#: Team, its manager, its reps. Visitors sign in as the first team's first rep or manager, or as the first admin.
TEAMS = {
    "Lowlands": (
        "Hanneke Bosch",
        ("Mara Lindgren", "Joost Verbeek", "Amina Diallo", "Pieter Claes", "Yusuf Aydin", "Sofie Maes", "Daan Kuipers",
         "Elif Kaya"),
    ),
    "Isles": (
        "Owen Prichard",
        ("Niamh Keane", "Callum Baird", "Priya Nair", "Tom Ashworth", "Grace Adeyemi", "Rhys Morgan", "Leila Haddad",
         "Ewan Sinclair"),
    ),
    "Alpine": (
        "Claudia Moser",
        ("Lukas Steiner", "Chiara Ferri", "Jonas Huber", "Beatriz Sousa", "Matteo Galli", "Nina Zupan", "Felix Kern",
         "Agnes Toth"),
    ),
}  # fmt: skip
#: The Isles have smaller towns, so their target of the first metric is smaller.
ISLES_SHARE = 0.8
#: From this number per week, the CRM sends a sum for each day; rarer things it sends one by one.
DAILY_SUM_FROM = 5
#: Whom rarer things were about.
CUSTOMERS = (
    "Aldergate Mills", "Brightwater Foods", "Corvid Packaging", "Dunmore Dairies", "Elmhurst Tools", "Fenland Pumps",
    "Greyfriars Glass", "Holmfirth Textiles", "Ivybridge Paper", "Jurassic Stone", "Kestrel Bearings", "Lindisfarne Salt",
)  # fmt: skip
#: Shared items per week at the end of the half-year, by a rep's position in the team: some none, most few, some many.
SHARING = (3.2, 1.6, 0.0, 2.0, 0.6, 1.3, 0.8, 0.0)
SURFACES: dict[Surface, float] = {
    "linkedin-post": 0.46, "linkedin-comment": 0.32, "x-post": 0.09, "x-reply": 0.08, "linkedin-profile": 0.05,
}  # fmt: skip
#: Reps of the last team who joined this many weeks ago.
NEWCOMERS = {"Jonas Huber": 15, "Nina Zupan": 9}
MAX_PROFILE_UPDATES = 2
#: Rules turned off by every n-th rep. The first rep, as whom visitors sign in, keeps all.
TURNED_OFF = {"Repute.Hedging": 2, "Repute.StackedQuestions": 3, "Repute.Elation": 11}
#: Rules of which every n-th rep ignored a tip.
IGNORED = {"Repute.StackedQuestions": 2, "Repute.Buzzwords": 3, "Repute.Hedging": 4}
#: One in this many items is withdrawn.
WITHDRAWN_ONE_IN = 60
