"""Where everything is mounted."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from config.health import healthz, readyz

admin.autodiscover()
# The admin's own login knows neither MFA nor limits on guessing; staff log in in one place.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("invoices.urls")),
    path("", include("payments.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("language/", set_language, name="set_language"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]

if settings.DEMO:
    urlpatterns.append(path("demo/", include("config.demo.urls")))
