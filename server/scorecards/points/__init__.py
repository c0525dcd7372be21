"""What a one-to-one could be about, by kind: each module finds its talking points in a person's own weeks."""
