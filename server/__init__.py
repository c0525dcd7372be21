"""People, sharing, credit, scorecards, tuning and privacy, over HTTP."""
