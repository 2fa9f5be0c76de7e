"""What the unit tests share: Hypothesis measures no time, as machines are busy with other things."""

from hypothesis import settings

settings.register_profile("kintoun", deadline=None)
settings.load_profile("kintoun")
