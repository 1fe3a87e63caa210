"""Where the invoice page lives."""

from django.urls import path

from invoices.page import pdf_views, views

urlpatterns = [
    path("invoice/<uuid:public_id>/", views.customer_page, name="invoice_page"),
    path("invoice/<uuid:public_id>/panels/", views.customer_panels, name="invoice_panels"),
    path("invoice/<uuid:public_id>/pdf/", pdf_views.invoice_pdf, name="invoice_pdf"),
    path("invoice/<uuid:public_id>/pdf/now/", pdf_views.invoice_pdf_now, name="invoice_pdf_now"),
    path(
        "invoice/<uuid:public_id>/receipt/<uuid:entry_id>/",
        pdf_views.receipt,
        name="receipt_pdf",
    ),
    path("staff/<slug:slug>/invoice/<uuid:public_id>/", views.staff_page, name="staff_invoice"),
    path(
        "staff/<slug:slug>/invoice/<uuid:public_id>/panels/",
        views.staff_panels,
        name="staff_panels",
    ),
    path(
        "staff/<slug:slug>/invoice/<uuid:public_id>/pdf/",
        pdf_views.staff_invoice_pdf,
        name="staff_invoice_pdf",
    ),
    path(
        "staff/<slug:slug>/invoice/<uuid:public_id>/pdf/now/",
        pdf_views.staff_invoice_pdf_now,
        name="staff_invoice_pdf_now",
    ),
    path(
        "staff/<slug:slug>/invoice/<uuid:public_id>/receipt/<uuid:entry_id>/",
        pdf_views.staff_receipt,
        name="staff_receipt_pdf",
    ),
]
