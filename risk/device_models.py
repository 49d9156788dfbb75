"""What is remembered beside devices: how common their parts are, and how they have changed."""

from typing import ClassVar

from django.db import models


class UncountedDevice(models.Model):
    """A new device whose components wait to be counted. `id` is the device's."""

    id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return f"device {self.pk}, not counted"


class ComponentCount(models.Model):
    """How many devices share a value of a component, as risk.known_devices counts and decays them."""

    key = models.BigIntegerField(primary_key=True)
    weight = models.FloatField()

    def __str__(self) -> str:
        return f"{self.key} {self.weight:.1f}"


class DeviceChange(models.Model):
    """A device came with other components than it had: those that it had until then, as keyed hashes.

    `device` is its `value`. `at` is when it came so.
    """

    device = models.BigIntegerField()
    at = models.DateTimeField()
    was = models.JSONField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["device", "at"], name="changes_of_device")]

    def __str__(self) -> str:
        return f"device {self.device} at {self.at:%Y-%m-%d %H:%M}"
