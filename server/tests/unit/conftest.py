"""What the unit tests share: Hypothesis takes the time that it needs, as machines are busy with other things too."""

from hypothesis import HealthCheck, settings

settings.register_profile("kintoun", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kintoun")
