"""Shoutu 守土: the library. `shoutu.platform` is the other half and is never imported from here."""

__all__ = [
    "clocks",
    "crs",
    "errors",
    "geometry",
    "imagery",
    "layers",
    "overlay",
    "policy",
    "proof",
    "testing",
    "units",
]
