"""Where everything is mounted."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from config import accounts
from config.health import healthz, readyz

admin.autodiscover()
admin.site.has_permission = accounts.may_administer  # type: ignore[method-assign]
admin.site.login = accounts.admin_login  # type: ignore[method-assign]
admin.site.password_change = accounts.admin_password  # type: ignore[assignment,method-assign]

urlpatterns = [
    path("", include("invoices.urls")),
    path("", include("payments.urls")),
    path("", include("messaging.urls")),
    path("accounts/email/", accounts.closed),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("language/", set_language, name="set_language"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]

if settings.DEMO:
    urlpatterns.append(path("demo/", include("config.demo.urls")))
