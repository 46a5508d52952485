"""The sentences of each kind: fields in, `Sheet` out. One file per subject."""
