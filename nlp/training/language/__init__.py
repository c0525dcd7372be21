"""Training of the spaCy pipeline: tags, lemmas, trees and names."""
