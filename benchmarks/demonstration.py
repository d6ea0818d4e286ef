"""`python -m benchmarks.demonstration`: fills the database that DATABASE_URL names with the demonstration."""

import secrets

import django

if __name__ == "__main__":
    django.setup()

    from django.utils import timezone

    from pcc_tracker import demo

    demo.load(secrets.token_hex(16), timezone.localdate())
