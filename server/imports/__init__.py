"""Imports of files that a CRM exported: which columns mean what, and each row as a record."""
