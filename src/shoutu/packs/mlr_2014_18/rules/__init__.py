"""One file for each part; each exports `RULES`."""
