"""Where single draws are stopped, and where finance notes the bank's receipts."""

from django.urls import path

from payments.claims import views

CUSTOMER = "invoice/<uuid:public_id>/draws/<uuid:claim_id>/"
STAFF = "staff/<slug:slug>/invoice/<uuid:public_id>/draws/<uuid:claim_id>/"

urlpatterns = [
    *(
        path(f"{CUSTOMER}{what}/", views.by_customer, {"what": what}, name=f"{what}_draw")
        for what in ("stop", "resume", "instead")
    ),
    *(
        path(f"{STAFF}{what}/", views.by_staff, {"what": what}, name=f"staff_{what}_draw")
        for what in ("stop", "resume")
    ),
    path("staff/<slug:slug>/draws/<uuid:file_id>/accepted/", views.accepted, name="accept_draws"),
]
