"""The HTTP server: people, sharing, credit, scorecards, tuning and privacy."""
