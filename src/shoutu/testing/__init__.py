"""Made people, parcels, scenes and packs for tests; all of it says so. Shipped for those who write packs."""

__all__ = ["city", "parcels", "patches", "people", "scenes", "site", "toy_pack"]
