"""Numbers that the server reads from a CRM by itself, on a schedule."""
