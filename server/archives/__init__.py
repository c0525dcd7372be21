"""Reads the archives that LinkedIn and X give to their members: a file in, the member's own published items out.

It uses the standard library alone and knows no database, request or scoring. Start at ``reader.read_archive``."""
