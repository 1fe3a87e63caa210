"""This floor's addresses."""

from django.urls import include, path

from payments.bankfiles.views import upload

urlpatterns = [
    path("staff/<slug:slug>/bankfiles/", upload, name="upload_bankfile"),
    path("", include("payments.matching.review.urls")),
    path("", include("payments.mandates.urls")),
    path("", include("payments.claims.urls")),
    path("", include("payments.providers.urls")),
    path("", include("payments.plans.urls")),
    path("", include("payments.refunds.urls")),
]
