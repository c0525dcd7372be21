"""An organisation's correction of the shipped marks, fitted on the labels of its own readers."""
