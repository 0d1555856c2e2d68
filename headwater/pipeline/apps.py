from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PipelineConfig(AppConfig):
    name = "headwater.pipeline"
    label = "pipeline"

    def ready(self) -> None:
        from headwater.activities.events import on_event
        from headwater.metadata import registry
        from headwater.metadata.choices import register_list
        from headwater.metadata.kinds import KINDS
        from headwater.metadata.objects import Collection, Field
        from headwater.pipeline import calls, evidence, phrases, scoring, seeds
        from headwater.pipeline.models import Lead, Opportunity, Pipeline, Stage
        from headwater.pipeline.reports import semantics
        from headwater.records.effects import on_write
        from headwater.users.firstrun import on_claim

        for name, slug, label in (
            ("source", "sources", _("Sources")),
            ("source_channel", "source-channels", _("Source channels")),
            ("source_origin", "source-origins", _("Source origins")),
            ("campaign", "campaigns", _("Campaigns")),
            ("lead_type", "lead-types", _("Lead types")),
            ("request_type", "request-types", _("Request types")),
            ("opportunity_type", "opportunity-types", _("Opportunity types")),
            ("lost_reason", "lost-reasons", _("Lost reasons")),
            ("competitor", "competitors", _("Competitors")),
        ):
            register_list(name, slug, label)
        text, relation = KINDS["text"], KINDS["relation"]
        title = Field("name", _("Name"), text, "name", editable=False)
        registry.register_reference("pipeline", "pipelines", _("Pipeline"), Pipeline, [title])
        registry.register_reference(
            "stage",
            "stages",
            _("Stage"),
            Stage,
            [
                title,
                Field("pipeline", _("Pipeline"), relation, "pipeline", editable=False, target="pipeline"),
                Field(
                    "probability",
                    _("Probability"),
                    KINDS["percent"],
                    "probability",
                    decimal_places=0,
                    editable=False,
                ),
            ],
        )
        for model in (Lead, Opportunity):
            registry.register(model)
        for owner, via in (("lead", "lead"), ("customer", "customer"), ("contact", "contact")):
            registry.register_collection(
                owner, Collection("opportunities", _("Opportunities"), "opportunity", via)
            )
        registry.register_collection("customer", Collection("leads", _("Leads"), "lead", "customer"))
        on_write("lead", scoring.leads_written)
        on_write("lead", calls.leads_written)
        on_event("lead", calls.event_written)
        on_write("opportunity", evidence.opportunities_written)
        on_write("customer", evidence.customers_written)
        phrases.register()
        on_claim(seeds.seed)
        semantics.register()
