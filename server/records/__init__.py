"""What other systems report about people's work: every row is kept, and can be corrected by the system that sent it."""
