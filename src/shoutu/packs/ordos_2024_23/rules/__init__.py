"""One file for each part of the order that is computed; each exports `RULES`."""
