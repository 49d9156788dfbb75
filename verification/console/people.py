"""Who can sign in, and what was tried in their name.

Admins see and change this, but make nobody a superuser; the groups are made by `ensure_groups`.
"""

from http import HTTPStatus
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from config.lib import audit
from verification import sign_ins
from verification.console.own_sign_in import entries_of
from verification.console.permissions import Act, may
from verification.console.readonly import ReadOnlyAdmin, column
from verification.signin_models import ConsolePasskey

User = get_user_model()
admin.site.unregister(User)
admin.site.unregister(Group)
admin.site.unregister(TOTPDevice)  # nobody reads the secret of somebody's second factor, superusers neither
admin.site.unregister(StaticDevice)


@admin.register(User)
class ConsoleUserAdmin(UserAdmin, ModelAdmin):  # type: ignore[misc, type-arg] # unfold ships no types
    """Django's own, in the console's looks. Each change stands in the audit log."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    fieldsets = (*(UserAdmin.fieldsets or ()), ("Signing in", {"fields": ("second_factors", "tried")}))

    @column("second factors")
    def second_factors(self, user: Any) -> str:
        """What they have beside a password."""
        keys = ConsolePasskey.objects.filter(user=user, confirmed=True).count()
        apps = TOTPDevice.objects.filter(user=user, confirmed=True).count()
        return f"Passkeys: {keys}. Authenticator app: {'yes' if apps else 'no'}."

    @column("in their name")
    def tried(self, user: Any) -> SafeString:
        """What the audit log tells of their sign-ins, and of what was done to their account."""
        return render_to_string("console/parts/sign_ins.html", {"entries": entries_of(user)})

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """What gives more than a role is a superuser's to give."""
        fields = (*super().get_readonly_fields(request, obj), "second_factors", "tried")
        return fields if request.user.is_superuser else (*fields, "is_superuser", "user_permissions")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A superuser is changed by superusers alone."""
        return may(request.user, Act.CHANGE_PERSON, obj)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002 - Django's signature
        """Give somebody another password, and write down that it was done."""
        answer: HttpResponse = super().user_change_password(request, id, form_url)
        if request.method == "POST" and answer.status_code == HTTPStatus.FOUND:
            sign_ins.changed_password(id, by=f"user:{request.user.pk}")
        return answer

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody: what somebody decided stays under their name. Take `active` away instead."""
        del request, obj
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:  # type: ignore[type-arg] # noqa: FBT001 - Django's signature
        """Save, and write down which fields, not what was in them."""
        super().save_model(request, obj, form, change)
        audit.append(
            actor=f"user:{request.user.pk}",
            act="user.change" if change else "user.add",
            subject=f"user:{obj.pk}",
            details={"fields": sorted(form.changed_data)},
        )


@admin.register(Group)
class ConsoleGroupAdmin(ReadOnlyAdmin, GroupAdmin):  # type: ignore[misc] # unfold ships no types
    """What each group may do."""

    list_filter = ()
