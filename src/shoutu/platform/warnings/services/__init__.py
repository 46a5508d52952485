"""The acts of warnings: `month`, `measures`, `documents`."""
