"""One module per kind of rule: its fields, how they are read from a file (``parse``), and how it finds its matches."""
