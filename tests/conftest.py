"""What every test shares: hypothesis prints what reproduces a failure and never measures time."""

import os

from hypothesis import HealthCheck, settings

os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")

settings.register_profile(
    "kconsole", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("kconsole")
