"""Every address of the product."""

from django.urls import URLPattern, URLResolver, include, path

from headwater.api.health import health_view

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health_view, name="health"),
    path("api/", include("headwater.api.urls")),
    path("", include("headwater.web.urls")),
]

handler400 = "headwater.web.views.errors.bad_request"
handler403 = "headwater.web.views.errors.permission_denied"
handler404 = "headwater.web.views.errors.page_not_found"
handler500 = "headwater.web.views.errors.server_error"
