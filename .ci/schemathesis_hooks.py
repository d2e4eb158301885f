"""Authentication for schemathesis.

Each request that requires a token gets its own, from a sign-in that the emulator's demo user approves immediately. With
one token for all, the first signOut would leave every later request unauthorised and untested.
"""

import uuid

import requests
import schemathesis

JSON = {"Accept": "application/json"}


@schemathesis.auth(refresh_interval=None)
class SignedIn:
    def get(self, case, context):
        if not context.operation.definition.raw.get("security"):
            return None
        api = context.operation.base_url
        client = JSON | {"X-Plex-Client-Identifier": str(uuid.uuid4())}
        pin = requests.post(f"{api}/pins", headers=client, timeout=5).json()
        approve = api.removesuffix("/api/v2") + "/_emulator/approve"
        requests.post(approve, json={"code": pin["code"]}, timeout=5).raise_for_status()
        return requests.get(f"{api}/pins/{pin['id']}", headers=client, timeout=5).json()["authToken"]

    def set(self, case, data, context):
        case.headers["X-Plex-Token"] = data
