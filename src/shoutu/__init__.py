"""Shoutu 守土: the library. `shoutu.platform` is the other half and is never imported from here."""
