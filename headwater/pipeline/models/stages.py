"""Pipelines and their stages: steps of open work. Won and lost are statuses, not stages."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.lib.memo import memoized


class Pipeline(models.Model):
    """A way of selling, with stages of its own."""

    name = models.CharField(_("Name"), max_length=120, unique=True)
    position = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Stage(models.Model):
    """A step of a pipeline. ``probability`` is a percentage; ``rotting_days`` empty means never."""

    pipeline = models.ForeignKey(Pipeline, models.PROTECT, related_name="stages")
    name = models.CharField(_("Name"), max_length=120)
    position = models.PositiveIntegerField(default=0)
    probability = models.PositiveSmallIntegerField(_("Probability"), default=50)
    rotting_days = models.PositiveSmallIntegerField(_("Rotting days"), null=True, blank=True)
    color = models.CharField(_("Color"), max_length=20, default="", blank=True)

    class Meta:
        ordering: ClassVar = ["pipeline__position", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pipeline", "name"], name="stage_name"),
            models.CheckConstraint(condition=models.Q(probability__lte=100), name="stage_probability"),
        ]

    def __str__(self) -> str:
        return self.name


@memoized
def _pipelines_by_stage() -> dict[int, int]:
    rows = Stage.objects.filter(pipeline__active=True).values_list("pk", "pipeline_id")
    return dict(rows.order_by("pipeline__position", "position", "pk"))


def default_stage_id() -> int | None:
    """Return the first stage of the first active pipeline, where new opportunities begin."""
    return next(iter(_pipelines_by_stage()), None)


def pipeline_of_stage(stage_id: int | None) -> int | None:
    """Return the pipeline that a stage belongs to."""
    if stage_id is None:
        return None
    known = _pipelines_by_stage().get(stage_id)
    return known or Stage.objects.values_list("pipeline_id", flat=True).get(pk=stage_id)
