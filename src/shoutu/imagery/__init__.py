"""What changed between two images of one place: read, register, compare, outline."""

__all__ = ["detect", "scene"]
