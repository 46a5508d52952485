"""Passwords by Argon2id, with OWASP's memory instead of Django's 100 MiB a hash."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    time_cost = 2
    memory_cost = 46 * 1024  # KiB
    parallelism = 1
