"""Drives every operation of the API with a client that an ordinary generator made from the OpenAPI document.

    drive.py FOLDER_OF_THE_CLIENT ADDRESS

The key is in TENANCY_KEY. It knows the client alone, and nothing of the service's code. It ends with status 1 at the first
answer that is not what it should be, and when an operation of the document was not asked.
"""

import importlib
import os
import pkgutil
import sys
from datetime import datetime, timedelta, timezone
from uuid import uuid4

FOLDER, ADDRESS = sys.argv[1:]
KEY = os.environ["TENANCY_KEY"]

sys.path.insert(0, FOLDER)

import tenancy_client.api  # noqa: E402: it is where the line before says
from tenancy_client import AuthenticatedClient, models  # noqa: E402
from tenancy_client.types import UNSET, Unset  # noqa: E402


class Wrong(Exception):
    """An answer that is not what it should be."""


def operations():
    """Every operation that the generator found in the document, by its name."""
    found = {}
    for package in pkgutil.iter_modules(tenancy_client.api.__path__, "tenancy_client.api."):
        for module in pkgutil.iter_modules(importlib.import_module(package.name).__path__, package.name + "."):
            found[module.name.rpartition(".")[2]] = importlib.import_module(module.name)
    return found


OPERATIONS = operations()
asked = set()


def client_of(key):
    return AuthenticatedClient(base_url=ADDRESS, token=key)


def ask(operation, *arguments, status=200, key=KEY, **parameters):
    """Asks an operation, and gives what the client makes of the answer, which must have this status."""
    asked.add(operation)
    response = OPERATIONS[operation].sync_detailed(*arguments, client=client_of(key), **parameters)
    if response.status_code != status:
        raise Wrong(f"{operation} answers {response.status_code}, not {status}: {response.content.decode()}")
    if status >= 400:
        error = response.parsed.error
        same(error.request_id, response.headers["x-request-id"], f"{operation}: the request id")
        return error
    return response.parsed


def same(found, expected, what):
    if found != expected:
        raise Wrong(f"{what} is {found!r}, not {expected!r}")


def steady(rows):
    """The rows without what the service writes of itself meanwhile."""
    return [{name: value for name, value in row.to_dict().items() if name != "last_used_at"} for row in rows]


def walk(operation, *arguments, key=KEY, **parameters):
    """All rows of a list, in pages of two; and the way back must show the same pages."""
    pages, cursor = [], UNSET
    while True:
        page = ask(operation, *arguments, key=key, limit=2, cursor=cursor, **parameters)
        pages.append(page.data)
        same(page.pagination.has_more, not isinstance(page.pagination.next_cursor, Unset), f"{operation}: has_more")
        if not page.pagination.has_more:
            break
        cursor = page.pagination.next_cursor
    backward = importlib.import_module(f"tenancy_client.models.{operation}_direction")
    direction = getattr(backward, "".join(word.capitalize() for word in operation.split("_")) + "Direction").BACKWARD
    for former in reversed(pages[:-1]):
        page = ask(
            operation, *arguments, key=key, limit=2, cursor=page.pagination.prev_cursor, direction=direction, **parameters
        )
        same(steady(page.data), steady(former), f"{operation}: the page before")
    return [row for page in pages for row in page]


def the_service_itself():
    for operation in ["get_livez", "get_readyz", "get_health", "get_health_live", "get_health_ready"]:
        same(ask(operation).status, models.HealthStatus.OK, operation)
    ask("get_metrics")
    ask("get_openapi")
    ask("get_docs")
    ask("get_docs_file", "index.css")
    me = ask("get_me")
    same(me.owner, models.SystemOwner(type_=models.SystemOwnerType.SYSTEM), "the owner of the key")
    same(me.scopes, ["admin:*"], "the scopes of the key")
    same(ask("get_me", key="tny_wrong", status=401).code, models.ErrorCode.INVALID_API_KEY, "the code")


def organizations():
    made = [
        ask("create_organization", body=models.CreateOrganization(slug=f"org-{n}", name=f"Organization {n}"), status=201)
        for n in range(5)
    ]
    taken = ask("create_organization", body=models.CreateOrganization(slug="org-0", name="Twin"), status=409)
    same((taken.code, taken.param), (models.ErrorCode.CONFLICT, "slug"), "the error")
    same(walk("list_organizations"), made[::-1], "the list of organizations")
    changed = ask("update_organization", "org-0", body=models.UpdateOrganization(name="Renamed"))
    same(ask("get_organization", "org-0"), changed, "the organization")
    same(changed.name, "Renamed", "the name")

    pairs = models.CreateOrganizationMetadata.from_dict({"plan": "gold", "region": "eu"})
    noted = models.CreateOrganization(slug="org-noted", name="Noted, Inc.", external_id="cus_1", metadata=pairs)
    made = ask("create_organization", body=noted, status=201)
    same((made.external_id, made.metadata.to_dict()), ("cus_1", {"plan": "gold", "region": "eu"}), "what is noted")
    same(walk("list_organizations", q="INC"), [made], "what is found by a word")
    same(ask("list_organizations", external_id="cus_1").data, [made], "what is found by what it is called elsewhere")
    less = models.UpdateOrganization(metadata=models.UpdateOrganizationMetadataType0.from_dict({"region": None}))
    same(ask("update_organization", "org-noted", body=less).metadata.to_dict(), {"plan": "gold"}, "what is noted still")
    bare = ask("update_organization", "org-noted", body=models.UpdateOrganization(metadata=None, external_id=None))
    same([isinstance(it, Unset) for it in (bare.metadata, bare.external_id)], [True, True], "whether nothing is noted")
    ask("delete_organization", "org-noted")

    deleted = ask("delete_organization", "org-4")
    ask("get_organization", "org-4", status=404)
    # Its answer may be that to a dry run, too, and so has a type of its own.
    same(walk("list_organizations", include_deleted=True)[1].to_dict(), deleted.to_dict(), "the deleted organization")
    ask("restore_organization", str(deleted.id), body=models.RestoreOrganization(slug="org-four"))
    same(ask("get_organization", "org-four").id, deleted.id, "the restored organization")

    ask("suspend_organization", "org-four", body=models.Nothing())
    same(isinstance(ask("get_organization", "org-four").suspended_at, Unset), False, "whether it is not suspended")
    ask("resume_organization", "org-four", body=models.Nothing())
    same(isinstance(ask("get_organization", "org-four").suspended_at, Unset), True, "whether it is resumed")
    would = ask("delete_organization", "org-four", dry_run=True)
    same((would.dry_run, would.affected.organizations), (True, 1), "what a deletion would take along")
    ask("delete_organization", "org-four")
    gone = ask("purge_organization", str(deleted.id), body=models.Nothing())
    same((gone.deleted, gone.projects_deleted), (True, 0), "what went with the organization")
    ask("restore_organization", str(deleted.id), body=models.RestoreOrganization(), status=404)


def projects():
    made = [
        ask("create_project", "org-0", body=models.CreateProject(slug=f"project-{n}", name=f"Project {n}"), status=201)
        for n in range(3)
    ]
    same(walk("list_projects", "org-0"), made[::-1], "the list of projects")
    same(walk("list_projects", "org-0", q="project-1"), made[1:2], "what is found by a word")
    changed = ask("update_project", "org-0", "project-0", body=models.UpdateProject(name="Renamed"))
    same(ask("get_project", "org-0", str(changed.id)), changed, "the project")
    ask("delete_project", "org-0", "project-2")
    ask("get_project", "org-0", "project-2", status=404)
    ask("restore_project", "org-0", "project-2", body=models.RestoreProject())
    same(ask("get_project", "org-0", "project-2").id, made[2].id, "the restored project")


def users_and_members():
    made = [ask("create_user", body=models.CreateUser(external_id=f"user-{n}"), status=201) for n in range(3)]
    ada, grace, eve = made
    same(walk("list_users"), made[::-1], "the list of users")
    same(ask("list_users", external_id="user-1").data, [grace], "the user looked up")
    changed = ask("update_user", ada.id, body=models.UpdateUser(email="ada@example.com", name="Ada"))
    same(ask("get_user", ada.id), changed, "the user")
    same(ask("update_user", ada.id, body=models.UpdateUser(name=None)).name, None, "the name that null clears")

    role = models.Role
    ask("add_member", "org-0", body=models.AddMember(user_id=ada.id, role=role.OWNER), status=201)
    for user in [grace, eve]:
        same(ask("add_member", "org-0", body=models.AddMember(user_id=user.id), status=201).role, role.MEMBER, "the role")
    ask("add_member", "org-0", body=models.AddMember(user_id=eve.id), status=409)
    same([member.id for member in walk("list_members", "org-0")], [eve.id, grace.id, ada.id], "the members")
    same(ask("update_member", "org-0", grace.id, body=models.UpdateMember(role=role.ADMIN)).role, role.ADMIN, "the role")
    same(ask("get_member", "org-0", grace.id).role, role.ADMIN, "the role")
    ask("remove_member", "org-0", ada.id, status=409)
    same([row.role for row in walk("list_user_organizations", ada.id)], [role.OWNER], "the roles of a user")

    for user in [ada, grace, eve]:
        ask("add_project_member", "org-0", "project-0", body=models.AddMember(user_id=user.id), status=201)
    same(len(walk("list_project_members", "org-0", "project-0")), 3, "the number of members of a project")
    ask("update_project_member", "org-0", "project-0", eve.id, body=models.UpdateMember(role=role.ADMIN))
    same(ask("get_project_member", "org-0", "project-0", eve.id).role, role.ADMIN, "the role in the project")
    ask("remove_project_member", "org-0", "project-0", eve.id)
    ask("get_project_member", "org-0", "project-0", eve.id, status=404)

    ask("remove_member", "org-0", grace.id)
    gone = ask("delete_user", eve.id)
    same((gone.deleted, gone.memberships_deleted), (True, 1), "what went with the user")
    ask("get_user", eve.id, status=404)
    return ada


def api_keys(user):
    organization, project = ask("get_organization", "org-0"), ask("get_project", "org-0", "project-0")
    owners = [
        models.SystemOwner(type_=models.SystemOwnerType.SYSTEM),
        models.OrganizationOwner(type_=models.OrganizationOwnerType.ORGANIZATION, org_id=organization.id),
        models.ProjectOwner(type_=models.ProjectOwnerType.PROJECT, project_id=project.id),
        models.UserOwner(type_=models.UserOwnerType.USER, user_id=user.id),
    ]
    made = [
        ask("create_api_key", body=models.CreateApiKey(name="Key", owner=owner, scopes=["admin:read"]), status=201)
        for owner in owners
    ]
    same([key.owner for key in made], owners, "the owners")
    for key, owner in zip(made, owners):
        same(ask("get_me", key=key.key).owner, owner, "the owner of who asks")
    ids = [key.id for key in made]
    same([key.id for key in walk("list_api_keys")][:4], ids[::-1], "the list of keys")
    same([key.id for key in walk("list_organization_api_keys", "org-0")], ids[1:2], "the keys of an organization")
    same([key.id for key in walk("list_project_api_keys", "org-0", "project-0")], ids[2:3], "the keys of a project")
    same([key.id for key in walk("list_user_api_keys", user.id)], ids[3:4], "the keys of a user")
    ask("get_organization", "org-1", key=made[1].key, status=404)

    end = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=1)
    changed = ask("update_api_key", ids[1], body=models.UpdateApiKey(scopes=["jobs:run"], expires_at=end))
    same((changed.scopes, changed.expires_at), (["jobs:run"], end), "the key")
    same(ask("get_api_key", ids[1]).scopes, ["jobs:run"], "the scopes")
    verdict = ask("verify_api_key", body=models.VerifyApiKey(key=made[1].key, scope="jobs:run"))
    same((verdict.valid, verdict.org_id), (True, organization.id), "the verdict")

    rotated = ask("rotate_api_key", ids[1], body=models.RotateApiKey(grace_period_seconds=0), status=201)
    same(rotated.id, ids[1], "the id of the rotated key")
    code = models.VerificationCode
    same(ask("verify_api_key", body=models.VerifyApiKey(key=rotated.key)).code, code.VALID, "the verdict")
    ask("revoke_api_key", ids[1])
    same(ask("verify_api_key", body=models.VerifyApiKey(key=rotated.key)).code, code.REVOKED, "the verdict")
    ask("get_api_key", uuid4(), status=404)


def dynamic_providers(user):
    organization, project = ask("get_organization", "org-0"), ask("get_project", "org-0", "project-0")
    owners = [
        models.OrganizationOwner(type_=models.OrganizationOwnerType.ORGANIZATION, org_id=organization.id),
        models.ProjectOwner(type_=models.ProjectOwnerType.PROJECT, project_id=project.id),
        models.UserOwner(type_=models.UserOwnerType.USER, user_id=user.id),
    ]
    made = [
        ask(
            "create_dynamic_provider",
            body=models.CreateDynamicProvider(
                name="Main", owner=owner, provider_type="openai", base_url="https://api.example.com", api_key="sk-0123456789abcdef"
            ),
            status=201,
        )
        for owner in owners
    ]
    same([provider.owner for provider in made], owners, "the owners")
    same([(provider.has_api_key, provider.api_key_last4) for provider in made], [(True, "cdef")] * 3, "what is told of the keys")
    same(walk("list_dynamic_providers"), made[::-1], "the list of providers")
    same(walk("list_organization_dynamic_providers", "org-0"), made[:1], "the providers of an organization")
    same(walk("list_project_dynamic_providers", "org-0", "project-0"), made[1:2], "the providers of a project")
    same(walk("list_user_dynamic_providers", user.id), made[2:], "the providers of a user")

    first = made[0].id
    elsewhere = models.UpdateDynamicProvider(base_url="https://other.example.com")
    same(ask("update_dynamic_provider", first, body=elsewhere, status=400).param, "api_key", "what must be sent again")
    changed = ask("update_dynamic_provider", first, body=models.UpdateDynamicProvider(is_enabled=False, models=["large"]))
    same(ask("get_dynamic_provider", first), changed, "the provider")
    same((changed.is_enabled, changed.models, changed.has_api_key), (False, ["large"], True), "what was changed")
    same(ask("reveal_dynamic_provider", first, body=models.Nothing()).api_key, "sk-0123456789abcdef", "the key")
    ask("update_dynamic_provider", first, body=models.UpdateDynamicProvider(api_key=None))
    ask("reveal_dynamic_provider", first, body=models.Nothing(), status=409)
    same(ask("delete_dynamic_provider", first).id, first, "the deleted provider")
    ask("get_dynamic_provider", first, status=404)


def audit_log():
    entries = walk("list_audit_log", action=models.ListAuditLogAction.ORGANIZATION_CREATE)
    same(len(entries), 6, "the number of organizations that were made")
    same(ask("get_audit_log_entry", entries[0].id), entries[0], "the entry")
    same(ask("list_audit_log", resource_id=entries[0].resource_id).data[-1], entries[0], "the first entry of its organization")


def main():
    the_service_itself()
    organizations()
    projects()
    user = users_and_members()
    api_keys(user)
    dynamic_providers(user)
    audit_log()
    unasked = sorted(OPERATIONS.keys() - asked)
    same(unasked, [], "the list of operations that were not asked")
    print(f"a client made from openapi.json asked all {len(asked)} operations")


if __name__ == "__main__":
    try:
        main()
    except Wrong as wrong:
        sys.exit(f"error: {wrong}")
