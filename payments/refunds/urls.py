"""Where credit is used and paid back."""

from django.urls import path

from payments.refunds import views
from payments.refunds.desk import views as desk

CUSTOMER = "invoice/<uuid:public_id>/credit/"
STAFF = "staff/<slug:slug>/invoice/<uuid:public_id>/credit/"
DESK = "staff/<slug:slug>/refunds/"

urlpatterns = [
    path(f"{CUSTOMER}use/", views.use, name="use_credit"),
    path(f"{CUSTOMER}back/", views.ask_back, name="pay_credit_back"),
    path(f"{CUSTOMER}back/<uuid:refund_id>/account/", views.account, name="refund_account"),
    path(f"{CUSTOMER}back/<uuid:refund_id>/keep/", views.withdraw, name="withdraw_refund"),
    path(f"{STAFF}use/", views.staff_use, name="staff_use_credit"),
    path(f"{STAFF}unuse/", views.staff_unuse, name="staff_unuse_credit"),
    path(f"{STAFF}back/", views.staff_ask_back, name="staff_pay_credit_back"),
    path(DESK, desk.refunds, name="refunds"),
    path(f"{DESK}panels/", desk.refunds_panels, name="refunds_panels"),
    path(f"{DESK}file/", desk.make, name="make_payout_file"),
    path(f"{DESK}file/<uuid:file_id>/", desk.download, name="payout_file"),
    path(f"{DESK}answer/", desk.answer, name="payout_answer"),
    path(f"{DESK}<uuid:refund_id>/", desk.refund, name="refund"),
]
