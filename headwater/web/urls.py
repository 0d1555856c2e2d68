"""The addresses of the pages. Objects come last: their slugs must not hide a page."""

from allauth.account import views as account
from django.urls import path

from headwater.web.views import (
    create,
    demo,
    filters,
    first_run,
    home,
    lists,
    lookups,
    making,
    people,
    records,
    search,
    sections,
    timeline,
)
from headwater.web.views.imports import urls as imports
from headwater.web.views.reports import index as report_index
from headwater.web.views.reports import pages as reports
from headwater.web.views.reports import parts as report_parts
from headwater.web.views.reports import saving as report_saving
from headwater.web.views.reports import sharing as report_sharing
from headwater.web.views.settings import index, options, organization, profile, tokens, users

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("lookup/<slug:name>/", lookups.lookup, name="lookup"),
    path("demo/", demo.progress, name="demo"),
    path("demo/removal/", demo.removal, name="demo_removal"),
    path("first-run/", first_run.first_run, name="first_run"),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("settings/", index, name="settings"),
    path("settings/profile/", profile.profile, name="profile"),
    path("settings/theme/", profile.theme, name="theme"),
    path("settings/tokens/", tokens.tokens, name="tokens"),
    path("settings/tokens/<int:pk>/revocation/", tokens.revoke, name="revoke_token"),
    path("settings/organization/", organization.organization, name="organization"),
    path("settings/users/", users.users, name="users"),
    path("settings/users/new/", users.user, name="new_user"),
    path("settings/users/<int:pk>/", users.user, name="user"),
    path("settings/teams/", users.teams, name="teams"),
    path("settings/teams/new/", users.team, name="new_team"),
    path("settings/teams/<int:pk>/", users.team, name="team"),
    path("settings/roles/", users.roles, name="roles"),
    path("settings/lists/", options.choice_lists, name="choice_lists"),
    path("settings/lists/<slug:slug>/", options.choice_list, name="choice_list"),
    path("settings/lists/<slug:slug>/<int:pk>/", options.choice_option, name="choice_option"),
    *imports.urlpatterns,
    path("reports/", report_index.reports, name="reports"),
    path("reports/new/", reports.new_report, name="new_report"),
    path("reports/records/", report_parts.records, name="report_records"),
    path("reports/explanation/", report_parts.explanation, name="report_explanation"),
    path("reports/conditions/", report_parts.conditions, name="report_conditions"),
    path("reports/saving/", report_saving.save, name="save_report"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("reports/<int:pk>/definition/", report_saving.update, name="update_report"),
    path("reports/<int:pk>/name/", report_saving.rename, name="rename_report"),
    path("reports/<int:pk>/copy/", report_saving.duplicate, name="copy_report"),
    path("reports/<int:pk>/sharing/", report_sharing.share, name="share_report"),
    path("reports/<int:pk>/deletion/", report_saving.delete, name="delete_report"),
    path("<slug:slug>/", lists.list_page, name="list"),
    path("<slug:slug>/new/", create.new, name="new"),
    path("<slug:slug>/filter/", filters.builder, name="filter"),
    path("<slug:slug>/<int:pk>/", records.record_page, name="record"),
    path("<slug:slug>/<int:pk>/deletion/", records.delete, name="delete"),
    path("<slug:slug>/<int:pk>/restoration/", records.restore, name="restore"),
    path("<slug:slug>/<int:pk>/sections/<int:number>/", sections.section, name="section"),
    path("<slug:slug>/<int:pk>/values/<slug:key>/", sections.value, name="value"),
    path("<slug:slug>/<int:pk>/make/<slug:name>/", making.make, name="make"),
    path("<slug:slug>/<int:pk>/steps/<slug:name>/", making.step, name="step"),
    path("<slug:slug>/<int:pk>/timeline/", timeline.entries, name="timeline"),
    path("<slug:slug>/<int:pk>/comments/", timeline.comment, name="comment"),
    path(
        "<slug:slug>/<int:pk>/comments/<int:comment_id>/deletion/",
        timeline.comment_removal,
        name="comment_removal",
    ),
    path("<slug:slug>/<int:pk>/people/", people.add_person, name="add_person"),
    path("<slug:slug>/<int:pk>/people/<int:link>/<slug:verb>/", people.person_verb, name="person_verb"),
    path("<slug:slug>/<int:pk>/addresses/", people.add_place, name="add_place"),
    path("<slug:slug>/<int:pk>/addresses/<int:link>/<slug:verb>/", people.place_verb, name="place_verb"),
]
