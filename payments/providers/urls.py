"""Where payments are made, and where providers come back to."""

from django.urls import path

from payments.providers import views
from payments.providers.sandbox import views as sandbox

PAY = "invoice/<uuid:public_id>/pay/"

urlpatterns = [
    path(PAY, views.pay, name="pay_invoice"),
    path(f"{PAY}<uuid:intent_id>/onward/", views.onward, name="go_on_to_pay"),
    path(f"{PAY}<uuid:intent_id>/back/", views.back, name="payment_back"),
    path(f"{PAY}<uuid:intent_id>/cancel/", views.cancel, name="cancel_payment"),
    path("hooks/<slug:provider>/<uuid:public_id>/", views.hook, name="provider_hook"),
    path("sandbox/<uuid:public_id>/", sandbox.page, name="sandbox"),
]
