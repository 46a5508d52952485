"""What an outsider needs to check the record: canonical bytes, the RFC 6962 tree, checkpoints.

No Django and no database: a court's expert installs the core alone.
"""

__all__ = ["canonical", "checkpoint", "package", "tree"]
