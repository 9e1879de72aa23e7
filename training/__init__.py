"""Trains the sentence encoder that coaching will search by meaning with. Nothing of it is needed to run Rounds."""
