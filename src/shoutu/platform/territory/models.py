"""Regions and the register of layer versions."""

from __future__ import annotations

from django.db import models

from shoutu.platform.ids import new_id


class Region(models.Model):
    """A city, banner (旗区), township (苏木乡镇、街道) or village. The code's prefix is its parent."""

    code = models.CharField(primary_key=True, max_length=12)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    level = models.CharField(
        max_length=10, choices=[(v, v) for v in ("city", "banner", "township", "village")]
    )
    outline = models.JSONField(null=True, blank=True)
    """GeoJSON geometry, CGCS2000 longitude and latitude; None where no outline was delivered."""
    illustrative = models.BooleanField(default=False)
    """示意: drawn for the sample, not surveyed."""


class LayerVersion(models.Model):
    """An immutable version of a reference layer; its files lie under SHOUTU_HOME/layers."""

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)
    """What the layer is to the rules: farmland, basic-farmland, redline, plan, grassland, approval …"""
    title = models.CharField(max_length=120)
    version = models.CharField(max_length=80)
    checksum = models.CharField(max_length=64)
    as_of = models.DateField()
    secrecy = models.CharField(max_length=10, choices=[("open", "公开"), ("internal", "内部")])
    source = models.CharField(max_length=200)
    features = models.PositiveIntegerField()
    folder = models.CharField(max_length=200)
    """Relative to SHOUTU_HOME."""
    registered_at = models.DateTimeField()
    synthetic = models.BooleanField(default=False)
    """演示数据."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=("name", "checksum"), name="territory_layer_once"),)
