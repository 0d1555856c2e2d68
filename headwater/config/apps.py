from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "headwater.config"
    label = "config"

    def ready(self) -> None:
        """Register the system checks and the demonstration; compile translations that changed."""
        from headwater.config import checks  # noqa: F401
        from headwater.config.catalogue import mo
        from headwater.config.demo import jobs, services
        from headwater.web import demo

        mo.compile_changed()
        demo.register(demo.Demo(jobs.start_loading, jobs.start_removing, services.has_demo))
