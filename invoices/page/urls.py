"""Where the invoice page lives."""

from django.urls import path

from invoices.page import views

urlpatterns = [
    path("i/<str:token>", views.open_link, name="open_link"),
    path("invoice/<uuid:public_id>/", views.customer_page, name="invoice_page"),
    path("invoice/<uuid:public_id>/panels/", views.customer_panels, name="invoice_panels"),
    path("staff/<slug:slug>/invoice/<uuid:public_id>/", views.staff_page, name="staff_invoice"),
    path(
        "staff/<slug:slug>/invoice/<uuid:public_id>/panels/",
        views.staff_panels,
        name="staff_panels",
    ),
]
