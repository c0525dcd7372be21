"""Backups: made while the server runs, restored, and checked after they are restored."""
