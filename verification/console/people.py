"""Who can sign in. Only a superuser sees this; the groups are made by `ensure_groups` and are for looking at."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from verification.console.readonly import ReadOnlyAdmin

User = get_user_model()
admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class ConsoleUserAdmin(UserAdmin, ModelAdmin):  # type: ignore[misc, type-arg] # unfold ships no types
    """Django's own, in the console's looks."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm


@admin.register(Group)
class ConsoleGroupAdmin(ReadOnlyAdmin, GroupAdmin):  # type: ignore[misc] # unfold ships no types
    """What each group may do."""

    list_filter = ()
