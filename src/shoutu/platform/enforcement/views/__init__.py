"""Pages of the month's clearing, of one patch, of the review and of violations (宗)."""
