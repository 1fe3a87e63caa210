"""Where it is said that an invoice is paid, or when it will be."""

from django.urls import path

from payments.plans import views
from payments.plans.panels import PLACES, Telling

CUSTOMER = "invoice/<uuid:public_id>/"
STAFF = "staff/<slug:slug>/invoice/<uuid:public_id>/"
STEPS = {Telling.PAID: "paid/", Telling.PROMISE: "promise/"}

urlpatterns = [
    route
    for telling, step in STEPS.items()
    for route in (
        path(f"{CUSTOMER}{step}", views.by_customer, {"telling": telling}, PLACES[telling].tell),
        path(
            f"{CUSTOMER}{step}back/",
            views.back_by_customer,
            {"telling": telling},
            PLACES[telling].back,
        ),
        path(
            f"{STAFF}{step}",
            views.by_staff,
            {"telling": telling},
            f"staff_{PLACES[telling].tell}",
        ),
        path(
            f"{STAFF}{step}back/",
            views.back_by_staff,
            {"telling": telling},
            f"staff_{PLACES[telling].back}",
        ),
    )
]
