"""Where changes are asked for."""

from django.urls import path

from invoices.changes import views
from invoices.changes.scene import CUSTOMER_NAMES, PATHS, STAFF_NAMES

CUSTOMER = "invoice/<uuid:public_id>/changes/"
STAFF = "staff/<slug:slug>/invoice/<uuid:public_id>/changes/"

urlpatterns = [
    path(CUSTOMER, views.choices, name="invoice_changes"),
    path(f"{CUSTOMER}undo/", views.undo_by_customer, name="undo_change"),
    path(f"{STAFF}undo/", views.undo_by_staff, name="staff_undo_change"),
    *(
        path(f"{CUSTOMER}{PATHS[action]}/", views.by_customer, {"action": action}, name=name)
        for action, name in CUSTOMER_NAMES.items()
    ),
    *(
        path(f"{STAFF}{PATHS[action]}/", views.by_staff, {"action": action}, name=name)
        for action, name in STAFF_NAMES.items()
    ),
]
