"""Reference layers: read from files, checked, written as frozen versions, opened and queried."""
