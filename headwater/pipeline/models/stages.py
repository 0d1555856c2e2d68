"""Pipelines and their stages: steps of open work. Won and lost are statuses, not stages."""

from dataclasses import dataclass
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.lib.memo import shared
from headwater.metadata.progress import Point
from headwater.users.models import Audited, Shared


class Pipeline(Shared, Audited):
    """A way of selling, with stages of its own."""

    audit_label = _("Pipeline")

    name = models.CharField(_("Name"), max_length=120, unique=True)
    position = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Stage(Shared, Audited):
    """A step of a pipeline. ``probability`` is a percentage; ``rotting_days`` empty means never."""

    audit_label = _("Stage")

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


@dataclass(frozen=True)
class StageFacts:
    """What opportunities take from their stage; ``rank`` grows along its pipeline."""

    pipeline_id: int
    probability: int
    rank: int


@shared
def _stages() -> dict[int, StageFacts]:
    rows = Stage.objects.filter(pipeline__active=True).order_by("pipeline__position", "position", "pk")
    return {
        pk: StageFacts(pipeline, probability, position)
        for pk, pipeline, probability, position in rows.values_list(*_FACTS)
    }


_FACTS = ("pk", "pipeline_id", "probability", "position")


def default_stage_id() -> int | None:
    """Return the first stage of the first active pipeline, where new opportunities begin."""
    return next(iter(_stages()), None)


def facts_of_stage(stage_id: int | None) -> StageFacts | None:
    """Return the pipeline and probability of a stage, also of a pipeline that is no longer active."""
    if stage_id is None:
        return None
    return _stages().get(stage_id) or _facts_of_any(stage_id)


@shared
def _facts_of_any(stage_id: int) -> StageFacts | None:
    row = Stage.objects.filter(pk=stage_id).values_list(*_FACTS).first()
    return StageFacts(*row[1:]) if row else None


@shared
def stage_points() -> tuple[Point, ...]:
    """Return the stages of active pipelines, as points that opportunities get to."""
    rows = Stage.objects.filter(pipeline__active=True).select_related("pipeline")
    return tuple(Point(f"stage:{row.pk}", row.name, "stage", row.pipeline.name) for row in rows)
