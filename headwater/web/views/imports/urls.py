"""The addresses of the imports."""

from django.urls import path

from headwater.web.views.imports import columns, conflicts, listing, outcome, rehearsal, upload, values

urlpatterns = [
    path("imports/", listing.imports, name="imports"),
    path("imports/new/", upload.upload, name="new_import"),
    path("imports/<int:pk>/", outcome.import_page, name="import"),
    path("imports/<int:pk>/columns/", columns.columns, name="import_columns"),
    path("imports/<int:pk>/values/", values.values, name="import_values"),
    path("imports/<int:pk>/check/", rehearsal.check, name="import_check"),
    path("imports/<int:pk>/run/", outcome.run_import, name="run_import"),
    path("imports/<int:pk>/progress/", outcome.progress, name="import_progress"),
    path("imports/<int:pk>/cancellation/", outcome.cancel, name="cancel_import"),
    path("imports/<int:pk>/discarding/", outcome.discard, name="discard_import"),
    path("imports/<int:pk>/failed-rows/", outcome.failed_rows, name="import_failed_rows"),
    path("imports/<int:pk>/undo/", conflicts.undo, name="undo_import"),
]
