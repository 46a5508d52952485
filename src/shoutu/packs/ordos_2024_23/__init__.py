"""鄂府发〔2024〕23号: the order of the Ordos Municipal People's Government of 2024-03-27."""
