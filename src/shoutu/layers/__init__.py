"""Reference layers: read from files, checked, written as frozen versions, opened and queried."""

__all__ = ["check", "export", "importing", "meta", "open", "query", "read", "write"]
