"""The demo's own addresses."""

urlpatterns: list[object] = []
