"""Packs: the law of one order each, apart from the engine that reads it."""
