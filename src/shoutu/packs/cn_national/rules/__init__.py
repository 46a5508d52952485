"""One file for each field of law; each exports `RULES`."""
