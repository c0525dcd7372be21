"""Training of the spaCy pipeline: tags, lemmas, dependency trees and named entities."""
