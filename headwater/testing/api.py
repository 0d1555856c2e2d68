"""Talking to the API in tests, as an outside program does."""

import json
from typing import Any

from django.test import Client

from headwater.testing.shapes import check_answer, check_refusal

BASE = "/api/v1/"


class Api:
    """An outside program with one token: ``api.post("leads", {…})``.

    Paths are relative to /api/v1/. Every answer that is an error must be a problem document, every
    other one must be as the OpenAPI document says.
    """

    def __init__(self, token: str | None) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {token}"} if token else {})

    def send(
        self, method: str, path: str, data: Any = None, *, headers: dict[str, str] | None = None, **query: Any
    ) -> Any:
        """Send a request; dicts among the query's values go as JSON."""
        words = {key: json.dumps(value) if isinstance(value, dict) else value for key, value in query.items()}
        options: dict[str, Any] = {"headers": headers, "query_params": words}
        if data is not None:
            options |= {"data": json.dumps(data), "content_type": "application/json"}
        response = self.client.generic(method, BASE + path, **options)
        if response.status_code >= 400:
            assert response.headers["Content-Type"] == "application/problem+json"
            problem = response.json()
            assert problem["status"] == response.status_code
            assert problem["type"]
            assert problem["title"]
            assert isinstance(problem["errors"], list)
            check_refusal(method, BASE + path, response.status_code)
        elif not response.streaming:
            body = json.loads(response.content) if response.content else None
            check_answer(method, BASE + path, response.status_code, body)
        return response

    def get(self, path: str, *, headers: dict[str, str] | None = None, **query: Any) -> Any:
        return self.send("GET", path, headers=headers, **query)

    def post(
        self, path: str, data: Any = None, *, headers: dict[str, str] | None = None, **query: Any
    ) -> Any:
        return self.send("POST", path, {} if data is None else data, headers=headers, **query)

    def patch(self, path: str, data: Any, *, headers: dict[str, str] | None = None, **query: Any) -> Any:
        return self.send("PATCH", path, data, headers=headers, **query)

    def delete(self, path: str, *, headers: dict[str, str] | None = None, **query: Any) -> Any:
        return self.send("DELETE", path, headers=headers, **query)

    def upload(self, path: str, form: dict[str, Any], *, headers: dict[str, str] | None = None) -> Any:
        """Send a multipart form; open files among its values are uploads."""
        return self.client.post(BASE + path, form, headers=headers)
