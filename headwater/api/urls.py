"""The addresses under /api/; what is none of them is answered here too, in the API's form."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.csrf import csrf_exempt

from headwater.api.failures import not_found
from headwater.api.problems import problem_response
from headwater.api.root import api
from headwater.api.views import docs, openapi_json


@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:
    """Answer for an address that is not one."""
    return problem_response(not_found())


urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/openapi.json", openapi_json, name="openapi"),
    path("v1/docs", docs, name="api_docs"),
    path("v1/", api.urls),
    re_path("", nowhere, name="api_nowhere"),
]
