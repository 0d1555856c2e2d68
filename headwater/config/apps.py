from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "headwater.config"
    label = "config"

    def ready(self) -> None:
        """Register the system checks and the demonstration."""
        from headwater.config import checks  # noqa: F401
        from headwater.config.demo import jobs, services
        from headwater.web import demo

        demo.register(demo.Demo(jobs.start_loading, jobs.start_removing, services.has_demo))
