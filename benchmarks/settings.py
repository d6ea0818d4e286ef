"""The product's own settings, with the benchmark's addresses and a place of its own for static files."""

from pcc_tracker.settings import *  # noqa: F403
from pcc_tracker.settings import env

ROOT_URLCONF = "benchmarks.urls"
STATIC_ROOT = env.str("STATIC_ROOT")
