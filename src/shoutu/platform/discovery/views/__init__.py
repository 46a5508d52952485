"""Pages of batches, uploads, and what the page of a patch asks of this app."""
