"""Keeping an installation: backup as one set, restore, and saying what is wrong with it.

archive   the set as a tar, each file with its hash, the manifest last
records   the database in the set: SQLite by its online backup, PostgreSQL by COPY in one snapshot
backup, restore, doctor
"""
