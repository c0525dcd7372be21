"""Measures the two gates, protected talk and offence, on texts written before the gates were. Half of each set, by the hash of
the text, was put aside: its figures are for the record and not for tuning."""
