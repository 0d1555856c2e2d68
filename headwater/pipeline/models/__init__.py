"""Leads, opportunities and the steps between them."""

from headwater.pipeline.models.lead import Lead, LeadEvidence
from headwater.pipeline.models.opportunity import Opportunity
from headwater.pipeline.models.scoring import ScoreRule
from headwater.pipeline.models.stages import Pipeline, Stage

__all__ = ["Lead", "LeadEvidence", "Opportunity", "Pipeline", "ScoreRule", "Stage"]
