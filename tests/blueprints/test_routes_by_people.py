"""Every route of what needs trust, from companies to papers and accounts, tried with every kind of people.

A route that is not in the table fails the test: whoever adds one says here what each kind of people gets. A kind more
is a word more in `people.KINDS` and in the rows; a blueprint more is a word more in BLUEPRINTS.
"""

import pytest
from flask import Flask, url_for

from tests.blueprints.people import KINDS, Town
from tests.visit import HOST

BLUEPRINTS = (
    "applications",
    *("companies", "jobs", "leaving", "moderation", "payouts", "pledges", "reports", "reviews", "transparency"),
    *("feeds", "filing", "secrecy", "verification"),
)
NOBODY_ELSE = "404 404 404 404 404"
"""The office is not there for whoever is no moderator."""
NOWHERE = "404 404 404 404 404 404 404"
ANYBODY = "200 200 200 200 200 200 200"
MEMBERS = "login login 200 200 200 200 200"
OFFICE = f"{NOBODY_ELSE} 200 200"

# fmt: off
TABLE: dict[tuple[str, str], str] = {
    ("applications.accept", "GET"): "login login 404 404 200 404 404",
    ("applications.accept", "POST"): "401 401 404 404 302 404 404",
    ("applications.accept_changes", "POST"): "401 401 404 403 409 404 404",
    ("applications.annotate", "POST"): "401 401 404 404 302 404 404",
    ("applications.apply", "GET"): "login login 200 200 403 200 200",
    ("applications.apply", "POST"): "401 401 422 422 403 422 422",
    ("applications.decline", "GET"): "login login 404 404 302 404 404",
    ("applications.decline", "POST"): "401 401 404 404 302 404 404",
    ("applications.index", "GET"): MEMBERS,
    ("applications.join", "GET"): "login login 404 200 302 404 404",
    ("applications.received", "GET"): "login login 404 404 200 404 404",
    ("applications.refuse", "POST"): "401 401 404 302 404 404 404",
    ("applications.review", "GET"): "login login 404 404 200 404 404",
    ("applications.shortlist", "POST"): "401 401 404 404 404 404 404",
    ("applications.show", "GET"): "login login 404 200 200 404 404",
    ("applications.take_back", "GET"): "login login 404 404 404 404 404",
    ("applications.take_back", "POST"): "401 401 404 404 404 404 404",
    ("applications.take_part", "POST"): "401 401 404 302 404 404 404",
    ("applications.withdraw", "GET"): "login login 404 403 200 404 404",
    ("applications.withdraw", "POST"): "401 401 404 403 302 404 404",
    ("companies.admit", "POST"): "401 401 403 404 302 404 404",
    ("companies.close", "GET"): "login login 404 403 200 404 404",
    ("companies.close", "POST"): "401 401 404 403 302 404 404",
    ("companies.confirm", "GET"): MEMBERS,
    ("companies.confirm", "POST"): "401 401 403 403 302 403 403",
    ("companies.departments", "GET"): "login login 404 200 200 404 404",
    ("companies.departments", "POST"): "401 401 404 422 422 404 404",
    ("companies.drop_department", "POST"): "401 401 404 302 302 404 404",
    ("companies.edit", "GET"): "login login 404 403 200 404 404",
    ("companies.edit", "POST"): "401 401 404 403 422 404 404",
    ("companies.hand_over", "GET"): "login login 404 403 200 404 404",
    ("companies.hand_over", "POST"): "401 401 404 403 422 404 404",
    ("companies.index", "GET"): ANYBODY,
    ("companies.join", "GET"): "login login 200 403 403 200 200",
    ("companies.join", "POST"): "401 401 409 403 403 302 302",
    ("companies.leave", "GET"): "login login 404 200 200 404 404",
    ("companies.leave", "POST"): "401 401 404 302 409 404 404",
    ("companies.mine", "GET"): MEMBERS,
    ("companies.picture", "GET"): ANYBODY,
    ("companies.prove", "GET"): MEMBERS,
    ("companies.prove", "POST"): "401 401 422 422 422 422 422",
    ("companies.register", "GET"): MEMBERS,
    ("companies.register", "POST"): "401 401 422 422 422 422 422",
    ("companies.remove", "GET"): "login login 404 403 200 404 404",
    ("companies.remove", "POST"): "401 401 404 403 302 404 404",
    ("companies.show", "GET"): ANYBODY,
    ("companies.take_back", "POST"): "401 401 302 404 403 404 404",
    ("companies.turn_down", "POST"): "401 401 403 404 302 404 404",
    ("feeds.calendar", "GET"): NOWHERE,
    ("feeds.index", "GET"): MEMBERS,
    ("feeds.renew", "POST"): "401 401 200 200 200 200 200",
    ("feeds.revoke", "POST"): "401 401 302 302 302 302 302",
    ("filing.agreement", "GET"): "login login 404 200 200 404 404",
    ("filing.agreement_pdf", "GET"): "login login 404 200 200 404 404",
    ("filing.agreement_receipt", "GET"): "login login 404 200 200 404 404",
    ("filing.as_csv", "GET"): MEMBERS,
    ("filing.download", "GET"): "login login 404 200 200 404 404",
    ("filing.index", "GET"): MEMBERS,
    ("jobs.ask", "GET"): "login login 200 200 403 200 200",
    ("jobs.ask", "POST"): "401 401 422 422 403 422 422",
    ("jobs.attachment", "GET"): MEMBERS,
    ("jobs.changes", "GET"): "login login 200 404 200 404 404",
    ("jobs.close", "GET"): "login login 404 404 200 404 404",
    ("jobs.close", "POST"): "401 401 404 404 422 404 404",
    ("jobs.copy", "POST"): "401 401 404 404 302 404 404",
    ("jobs.create", "GET"): MEMBERS,
    ("jobs.create", "POST"): "401 401 422 422 422 422 422",
    ("jobs.detach", "GET"): "login login 404 404 200 404 404",
    ("jobs.detach", "POST"): "401 401 404 404 302 404 404",
    ("jobs.discard", "GET"): "login login 404 404 200 404 404",
    ("jobs.discard", "POST"): "401 401 404 404 302 404 404",
    ("jobs.edit", "GET"): "login login 404 404 200 404 404",
    ("jobs.edit", "POST"): "401 401 404 404 422 404 404",
    ("jobs.edit_answer", "GET"): "login login 404 404 200 404 404",
    ("jobs.edit_answer", "POST"): "401 401 404 404 302 404 404",
    ("jobs.fitting", "GET"): MEMBERS,
    ("jobs.mine", "GET"): MEMBERS,
    ("jobs.needs", "POST"): "401 401 200 200 200 200 200",
    ("jobs.preview", "GET"): "login login 404 404 200 404 404",
    ("jobs.publish", "POST"): "401 401 404 404 302 404 404",
    ("jobs.publish_answer", "GET"): "login login 404 404 200 404 404",
    ("jobs.publish_answer", "POST"): "401 401 404 404 422 404 404",
    ("jobs.show", "GET"): ANYBODY,
    ("jobs.take_away_answer", "GET"): "login login 404 404 200 404 404",
    ("jobs.take_away_answer", "POST"): "401 401 404 404 302 404 404",
    ("leaving.come_back", "GET"): "login login 302 302 302 302 302",
    ("leaving.come_back", "POST"): "401 401 302 302 302 302 302",
    ("leaving.data", "GET"): MEMBERS,
    ("leaving.download", "GET"): "login login 404 404 200 404 404",
    ("leaving.export", "POST"): "401 401 422 422 422 422 422",
    ("leaving.leave", "GET"): MEMBERS,
    ("leaving.leave", "POST"): "401 401 422 422 422 422 422",
    ("leaving.progress", "GET"): MEMBERS,
    ("moderation.appeal", "GET"): OFFICE,
    ("moderation.appeal", "POST"): f"{NOBODY_ELSE} 422 422",
    ("moderation.appeals", "GET"): OFFICE,
    ("moderation.audit", "GET"): OFFICE,
    ("moderation.bank_account", "GET"): OFFICE,
    ("moderation.bank_account", "POST"): f"{NOBODY_ELSE} 200 422",
    ("moderation.bank_accounts", "GET"): OFFICE,
    ("moderation.case", "GET"): OFFICE,
    ("moderation.case", "POST"): f"{NOBODY_ELSE} 200 422",
    ("moderation.cases", "GET"): OFFICE,
    ("moderation.companies", "GET"): OFFICE,
    ("moderation.companies", "POST"): f"{NOBODY_ELSE} 422 422",
    ("moderation.confirm_number", "POST"): f"{NOBODY_ELSE} 302 302",
    ("moderation.export", "POST"): OFFICE,
    ("moderation.figures", "GET"): OFFICE,
    ("moderation.figures_as_csv", "GET"): OFFICE,
    ("moderation.flags", "GET"): OFFICE,
    ("moderation.index", "GET"): f"{NOBODY_ELSE} 302 302",
    ("moderation.leave_name", "POST"): f"{NOBODY_ELSE} 302 302",
    ("moderation.look", "POST"): f"{NOBODY_ELSE} 302 302",
    ("moderation.look_alikes", "GET"): OFFICE,
    ("moderation.look_at_holder", "POST"): f"{NOBODY_ELSE} 302 302",
    ("moderation.open_about", "POST"): f"{NOBODY_ELSE} 302 302",
    ("moderation.picture", "GET"): f"{NOBODY_ELSE} 404 200",
    ("moderation.question_name", "POST"): f"{NOBODY_ELSE} 302 302",
    ("moderation.remove_alias", "GET"): OFFICE,
    ("moderation.remove_alias", "POST"): f"{NOBODY_ELSE} 409 409",
    ("moderation.restore", "GET"): OFFICE,
    ("moderation.restore", "POST"): f"{NOBODY_ELSE} 422 422",
    ("moderation.skills", "GET"): OFFICE,
    ("moderation.skills", "POST"): f"{NOBODY_ELSE} 422 422",
    ("payouts.account", "GET"): MEMBERS,
    ("payouts.bank_names", "GET"): "401 401 200 200 200 200 200",
    ("payouts.branch_names", "GET"): "401 401 200 200 200 200 200",
    ("payouts.convert", "POST"): "401 401 422 422 422 422 422",
    ("payouts.edit", "GET"): MEMBERS,
    ("payouts.edit", "POST"): "401 401 200 200 200 200 200",
    ("payouts.remove", "GET"): "login login 404 404 200 404 404",
    ("payouts.remove", "POST"): "401 401 404 404 422 404 404",
    ("payouts.reveal", "GET"): "login login 404 404 200 404 404",
    ("payouts.reveal", "POST"): "401 401 404 404 422 404 404",
    ("payouts.save_details", "POST"): "401 401 422 422 422 422 422",
    ("pledges.check", "GET"): "login login 302 302 302 302 302",
    ("pledges.check", "POST"): "401 401 302 302 302 302 302",
    ("pledges.index", "GET"): MEMBERS,
    ("pledges.read", "GET"): MEMBERS,
    ("pledges.read", "POST"): "401 401 403 403 403 403 403",
    ("pledges.receipt", "GET"): "login login 404 404 200 404 404",
    ("pledges.sign", "GET"): "login login 302 302 302 302 302",
    ("pledges.sign", "POST"): "401 401 302 302 302 302 302",
    ("pledges.text", "GET"): ANYBODY,
    ("pledges.withdraw", "GET"): "login login 302 302 200 302 302",
    ("pledges.withdraw", "POST"): "401 401 302 302 302 302 302",
    ("pledges.withdrawal", "GET"): "login login 404 404 404 404 404",
    ("reports.company", "GET"): "login login 200 403 403 200 200",
    ("reports.company", "POST"): "401 401 422 403 403 422 422",
    ("reports.decision", "GET"): "login login 404 404 200 404 404",
    ("reports.decision", "POST"): "401 401 404 404 422 404 404",
    ("reports.decision_by_link", "GET"): ANYBODY,
    ("reports.decision_by_link", "POST"): "422 422 422 422 422 422 422",
    ("reports.index", "GET"): MEMBERS,
    ("reports.job", "GET"): "login login 200 200 403 200 200",
    ("reports.job", "POST"): "401 401 422 422 403 422 422",
    ("reports.member", "GET"): MEMBERS,
    ("reports.member", "POST"): "401 401 422 422 422 422 422",
    ("reports.message", "GET"): "login login 403 404 200 404 404",
    ("reports.message", "POST"): "401 401 403 404 422 404 404",
    ("reports.review", "GET"): "login login 200 200 403 200 200",
    ("reports.review", "POST"): "401 401 422 422 403 422 422",
    ("reports.team", "GET"): "login login 200 403 403 200 200",
    ("reports.team", "POST"): "401 401 422 403 403 422 422",
    ("reports.writer", "GET"): "login login 200 404 200 404 404",
    ("reports.writer", "POST"): "401 401 422 404 422 404 404",
    ("reviews.index", "GET"): ANYBODY,
    ("reviews.of_poster", "GET"): ANYBODY,
    ("reviews.of_team", "GET"): ANYBODY,
    ("reviews.reply", "GET"): "login login 404 200 200 404 404",
    ("reviews.reply", "POST"): "401 401 404 422 422 404 404",
    ("reviews.write", "GET"): "login login 404 200 200 404 404",
    ("reviews.write", "POST"): "401 401 404 409 409 404 404",
    ("secrecy.propose", "GET"): "login login 404 403 403 404 404",
    ("secrecy.propose", "POST"): "401 401 404 403 403 404 404",
    ("secrecy.refuse", "POST"): "401 401 404 302 302 404 404",
    ("secrecy.show", "GET"): "login login 404 200 200 404 404",
    ("secrecy.sign", "POST"): "401 401 404 422 302 404 404",
    ("secrecy.withdraw", "POST"): "401 401 404 302 302 404 404",
    ("transparency.check", "GET"): ANYBODY,
    ("transparency.check", "POST"): "422 422 422 422 422 422 422",
    ("transparency.consistency", "GET"): "404 404 404 404 404 404 404",
    ("transparency.entries", "GET"): ANYBODY,
    ("transparency.head", "GET"): ANYBODY,
    ("transparency.index", "GET"): ANYBODY,
    ("transparency.key", "GET"): ANYBODY,
    ("verification.approve", "POST"): f"{NOBODY_ELSE} 403 422",
    ("verification.certificate_queue", "GET"): OFFICE,
    ("verification.identity", "GET"): MEMBERS,
    ("verification.identity", "POST"): "401 401 422 422 422 422 422",
    ("verification.identity_queue", "GET"): OFFICE,
    ("verification.look", "POST"): f"{NOBODY_ELSE} 403 302",
    ("verification.page", "GET"): "login login 404 404 200 404 404",
    ("verification.picture", "GET"): f"{NOBODY_ELSE} 404 200",
    ("verification.proof", "GET"): "login login 404 404 200 404 404",
    ("verification.proof", "POST"): "401 401 404 404 302 404 404",
    ("verification.receipt", "GET"): "login login 404 404 200 404 404",
    ("verification.remove_page", "POST"): "401 401 404 404 302 404 404",
    ("verification.review", "GET"): f"{NOBODY_ELSE} 403 200",
    ("verification.send_back", "POST"): f"{NOBODY_ELSE} 403 422",
    ("verification.take", "POST"): f"{NOBODY_ELSE} 409 302",
    ("verification.withdraw", "GET"): "login login 404 404 200 404 404",
    ("verification.withdraw", "POST"): "401 401 404 404 302 404 404",
}
# fmt: on
"""What each of KINDS is answered, in their order: a status, or "login" for being sent to sign in."""


def routes_of(app: Flask, blueprint: str) -> set[tuple[str, str]]:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith(f"{blueprint}.")]
    return {(rule.endpoint, method) for rule in rules for method in (rule.methods or set()) & {"GET", "POST"}}


def address_of(app: Flask, town: Town, endpoint: str) -> str:
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    with app.test_request_context(base_url=HOST):
        return url_for(endpoint, **{name: town.value(name, endpoint) for name in rule.arguments})


def test_the_table_has_every_route_and_no_other(shared_app: Flask) -> None:
    assert set(TABLE) == {route for blueprint in BLUEPRINTS for route in routes_of(shared_app, blueprint)}
    assert {len(row.split()) for row in TABLE.values()} == {len(KINDS)}


@pytest.mark.parametrize("blueprint", BLUEPRINTS)
def test_each_kind_of_people_gets_what_the_table_says(app: Flask, town: Town, blueprint: str) -> None:
    found, expected = {}, {}
    for endpoint, method in sorted(routes_of(app, blueprint)):
        path = address_of(app, town, endpoint)
        found[endpoint, method] = " ".join(town.told(kind, method, path) for kind in KINDS)
        expected[endpoint, method] = TABLE.get((endpoint, method), "is missing")
    assert found == expected


def test_what_does_not_exist_looks_as_what_is_of_others(app: Flask, town: Town) -> None:
    """Of the same length but for the address that was asked for, and with the same status."""
    for there, absent in (
        ("/companies/tea/edit", "/companies/teo/edit"),
        (f"/decisions/{town.value('decision_id', 'reports.decision')}", "/decisions/987654"),
        (f"/moderation/cases/{town.value('case_id', 'moderation.case')}", "/moderation/cases/987654"),
    ):
        told = [town.told("stranger", method, path) for method in ("GET", "POST") for path in (there, absent)]
        assert told == ["404"] * 4, there
