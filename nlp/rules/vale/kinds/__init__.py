"""One module per kind of Vale's rules: its fields, how they are read from a file (``parse``), and where it fires (``find``)."""
