"""Checks device keys and JWTs of the SDK against jwcrypto, an independent library.

The script plays plex.tv: jwcrypto verifies what the SDK signs, and signs tokens that the SDK must accept or refuse. The SDK's
half is tests/examples/jwt_interop.rs: it signs in as each client that the script names and reports the result. A client has
the name of its key file; a client with the name of a forgery gets forged tokens. Run it from the root of the repository:
target/ci/bin/python .ci/jwt_interop.py
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import zip_longest
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from jwcrypto.common import base64url_decode, base64url_encode
from jwcrypto.jwk import JWK
from jwcrypto.jwt import JWT

WEEK = 7 * 24 * 60 * 60


class Failure(Exception):
    """A check that failed."""


def require(holds, what):
    if not holds:
        raise Failure(what)


# --- plex.tv's signatures, good and bad ---


def new_key(**members):
    return JWK.generate(kty="OKP", crv="Ed25519", **members)


def new_plex_key(kid):
    return new_key(use="sig", alg="EdDSA", kid=kid)


PLEX_KEY, UNRELATED_KEY, UNPUBLISHED_KEY = map(new_plex_key, ["the-key", "an-unrelated-key", "the-key"])


def sign(claims, key=PLEX_KEY, alg="EdDSA"):
    token = JWT(header={"alg": alg, "typ": "JWT", "kid": PLEX_KEY["kid"]}, claims=claims)
    token.make_signed_token(key)
    return token.serialize()


def sign_and_flip_a_bit(claims):
    message, signature = sign(claims).rsplit(".", 1)
    first, *rest = base64url_decode(signature)
    return f"{message}.{base64url_encode(bytes([first ^ 1, *rest]))}"


def sign_with_the_public_key(claims):
    return sign(claims, JWK(kty="oct", k=PLEX_KEY["x"]), "HS256")


def do_not_sign(claims):
    return ".".join(base64url_encode(json.dumps(part)) for part in [{"alg": "none", "typ": "JWT"}, claims]) + "."


# For each forgery: the JwtFlaw that the SDK must report, and a function that makes it from valid claims.
FORGERIES = {
    "unpublished-key": ("Signature", lambda claims: sign(claims, UNPUBLISHED_KEY)),
    "flipped-bit": ("Signature", sign_and_flip_a_bit),
    "public-key-as-secret": ("Algorithm", sign_with_the_public_key),
    "unsigned": ("Algorithm", do_not_sign),
    "another-issuer": ("Issuer", lambda claims: sign(claims | {"iss": "https://plex.tv"})),
    "another-audience": ("Audience", lambda claims: sign(claims | {"aud": ["plex.tv", "another-client"]})),
    "another-thumbprint": ("Thumbprint", lambda claims: sign(claims | {"thumbprint": UNRELATED_KEY.thumbprint()})),
    "expired": ("Expired", lambda claims: sign(claims | {"iat": claims["iat"] - WEEK, "exp": claims["iat"] - 120})),
    "not-valid-yet": ("NotYetValid", lambda claims: sign(claims | {"nbf": claims["iat"] + 120})),
    "missing-claims": ("Malformed", lambda claims: sign({"iss": "plex.tv"})),
    "legacy-token": ("NotAJwt", lambda claims: "2ffLuB84dqLswk9skLos"),
}

# --- the clients ---

MADE_BY_JWCRYPTO = {
    "jwcrypto.pem": new_key(),
    "jwcrypto.jwk": new_key(),
    "jwcrypto-with-kid.jwk": new_key(kid="kitchen"),
}
GOOD_CLIENTS = [*MADE_BY_JWCRYPTO, "ours.pem", "ours.jwk"]

# The ways to get a token, in the order of the reports, and the requests of a client that used all of them.
WAYS = ["upgrade", "sign_in", "link", "refresh"]
EXPECTED_REQUESTS = {
    "key registered": 1,
    "long PIN": 1,
    "short PIN": 1,
    "proof for a pending PIN": 2,
    "proof for a claimed PIN": 2,
    "nonce": 2,
    "exchange": 2,
    "keys": 1,
}


def write_keys(folder):
    for client, key in MADE_BY_JWCRYPTO.items():
        is_jwk = client.endswith(".jwk")
        text = key.export_private() if is_jwk else key.export_to_pem(private_key=True, password=None).decode()
        (folder / client).write_text(text)
    for client in FORGERIES:
        (folder / client).write_text(new_key().export_private())


# --- plex.tv ---


class PlexTv:
    """The server. It records the requests of each client and the claims that it issued to it."""

    def __init__(self):
        self.pins = []
        self.device_keys = {}
        self.nonces = set()
        self.seen = defaultdict(Counter)
        self.issued = defaultdict(list)
        self.complaints = []

    def create_pin(self, client, body):
        strong = body.get("strong", False)
        self.register(client, body["jwk"])
        self.seen[client]["long PIN" if strong else "short PIN"] += 1
        code = "8lzjqnq8lye02n52jq3fqxf8e" if strong else "7RQZ"
        created, lifetime = datetime.now(UTC), 900
        pin = {
            "id": len(self.pins) + 1,
            "code": code,
            "product": "0",
            "trusted": False,
            "qr": f"https://plex.tv/api/v2/pins/qr/{code}",
            "clientIdentifier": client,
            "location": {"code": "NL", "country": "The Netherlands", "city": "Breda"},
            "expiresIn": lifetime,
            "createdAt": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "expiresAt": (created + timedelta(seconds=lifetime)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "authToken": None,
            "newRegistration": None,
        }
        self.pins.append(pin)
        return pin.copy()

    def read_pin(self, client, number, proof):
        """The user agrees between the first poll and the second."""
        pin = self.pins[number - 1]
        require(pin["clientIdentifier"] == client, "another client asks for the PIN")
        self.verify(client, proof)
        response = pin.copy()
        self.seen[client][f"proof for a {'claimed' if pin['authToken'] else 'pending'} PIN"] += 1
        pin["authToken"] = pin["authToken"] or self.issue(client, str(uuid.uuid4()))
        return response

    def register_key(self, client, token, body):
        require(token == "a-legacy-token", "the legacy token is missing")
        self.register(client, body["jwk"])
        self.seen[client]["key registered"] += 1

    def nonce(self, client):
        self.seen[client]["nonce"] += 1
        nonce = str(uuid.uuid4())
        self.nonces.add(nonce)
        return {"nonce": nonce}

    def exchange(self, client, body):
        claims = self.verify(client, body["jwt"])
        require(claims.get("nonce") in self.nonces, "the nonce is unknown or was used before")
        self.nonces.remove(claims["nonce"])
        self.seen[client]["exchange"] += 1
        return {"auth_token": self.issue(client, claims["nonce"])}

    def keys(self, client):
        self.seen[client]["keys"] += 1
        return {"keys": [key.export_public(as_dict=True) for key in (UNRELATED_KEY, PLEX_KEY)]}

    def register(self, client, jwk):
        key = JWK(**jwk)
        kid = MADE_BY_JWCRYPTO.get(client, {}).get("kid", key.thumbprint())
        usual = {"kty": "OKP", "crv": "Ed25519", "x": key["x"], "kid": kid, "use": "sig", "alg": "EdDSA"}
        require(jwk == usual, f"the JWK is {jwk}, expected {usual}")
        self.device_keys[client] = key

    def verify(self, client, token):
        """Verifies a device JWT and returns its claims."""
        require(client in self.device_keys, "the device has no key yet")
        key = self.device_keys[client]
        proof = JWT(jwt=token, key=key, algs=["EdDSA"], expected_type="JWS", check_claims={"exp": None})
        header, claims, now = json.loads(proof.header), json.loads(proof.claims), time.time()
        usual = {"alg": "EdDSA", "typ": "JWT", "kid": key["kid"]}
        require(header == usual, f"the header of a device JWT is {header}, expected {usual}")
        require(claims["aud"] == "plex.tv" and claims["iss"] == client, f"aud or iss is wrong: {claims}")
        require(claims["scope"] == "username,friendly_name", f"the scope is wrong: {claims}")
        require(0 <= now - claims["iat"] <= 60, f"at {now} iat is wrong: {claims}")
        require(now < claims["exp"] <= claims["iat"] + 3600, f"at {now} exp is wrong: {claims}")
        return claims

    def issue(self, client, nonce):
        now = int(time.time())
        claims = {
            "nonce": nonce,
            "thumbprint": self.device_keys[client]["kid"],
            "iss": "plex.tv",
            "aud": ["plex.tv", client],
            "iat": now,
            "exp": now + WEEK,
            "user": {"id": 12345, "uuid": "212acf24b07315e5", "username": f"the user of {client}"},
        }
        self.issued[client].append(claims)
        _, make = FORGERIES.get(client, (None, sign))
        return make(claims)


class Request(BaseHTTPRequestHandler):
    """One HTTP request to plex.tv."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def respond(self):
        client = self.headers["X-Plex-Client-Identifier"]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            status, response = self.ask_plex_tv(client, json.loads(body or "{}"))
        except Exception as error:
            self.server.plex_tv.complaints.append(f"{client}, {self.command} {urlsplit(self.path).path}: {error!r}")
            # The SDK gives up at this status.
            status, response = 422, {"errors": [{"code": 1998, "message": "see the output of the script"}]}
        text = b"" if response is None else json.dumps(response).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = respond

    def ask_plex_tv(self, client, body):
        plex_tv, url = self.server.plex_tv, urlsplit(self.path)
        match self.command, url.path.removeprefix("/api/v2").split("/")[1:]:
            case "POST", ["pins"]:
                return 201, plex_tv.create_pin(client, body)
            case "GET", ["pins", number]:
                return 200, plex_tv.read_pin(client, int(number), parse_qs(url.query)["deviceJWT"][0])
            case "POST", ["auth", "jwk"]:
                return 201, plex_tv.register_key(client, self.headers["X-Plex-Token"], body)
            case "GET", ["auth", "nonce"]:
                return 200, plex_tv.nonce(client)
            case "POST", ["auth", "token"]:
                return 200, plex_tv.exchange(client, body)
            case "GET", ["auth", "keys"]:
                return 200, plex_tv.keys(client)
        raise Failure("plex.tv has no such endpoint")

    def log_message(self, *_):
        pass


# --- the run ---


def run_sdk(base_url, folder):
    """Runs the SDK's half, which writes keys of its own into the folder, and returns its status and reports."""
    program = Path(os.environ.get("CARGO_TARGET_DIR", "target"), "debug/examples/jwt_interop")
    command = [program, base_url, folder, *GOOD_CLIENTS, *FORGERIES]
    # It takes a few seconds; the limit stops one that hangs.
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=60)
    return run.returncode, [json.loads(line) for line in run.stdout.splitlines()]


def check_keys(plex_tv, folder):
    pem, jwk = JWK.from_pem((folder / "ours.pem").read_bytes()), JWK.from_json((folder / "ours.jwk").read_text())
    require(pem.has_private and pem["d"] == jwk["d"], "ours.pem and ours.jwk are not the same private key")
    require(jwk["kid"] == pem.thumbprint(), "the kid in ours.jwk is not the thumbprint")
    for client, key in (MADE_BY_JWCRYPTO | {"ours.pem": pem, "ours.jwk": jwk}).items():
        registered = plex_tv.device_keys[client]
        require(registered["x"] == key["x"], f"the SDK registered another key than the one in {client}")


def check_reports(plex_tv, reports):
    expected = []
    for client in GOOD_CLIENTS:
        for way, claims in zip(WAYS, plex_tv.issued[client]):
            # The SDK does not show the nonce.
            shown = {claim: value for claim, value in claims.items() if claim != "nonce"}
            expected.append({"client": client, "way": way, "claims": shown})
    for client, (flaw, _) in FORGERIES.items():
        # Without a token, nothing can be refreshed.
        expected += [{"client": client, "way": way, "flaw": flaw} for way in WAYS[:-1]]
    for found, wanted in zip_longest(reports, expected):
        require(found == wanted, f"the SDK reports {found}, expected {wanted}")


def check_requests(plex_tv):
    for client in GOOD_CLIENTS:
        seen = dict(plex_tv.seen[client])
        require(seen == EXPECTED_REQUESTS, f"{client} sent {seen}, expected {EXPECTED_REQUESTS}")


def main():
    subprocess.run(["cargo", "build", "--workspace", "--example", "jwt_interop"], check=True)
    with tempfile.TemporaryDirectory() as folder, ThreadingHTTPServer(("127.0.0.1", 0), Request) as server:
        server.plex_tv, folder = PlexTv(), Path(folder)
        # The SDK refuses keys that other users can read. Its program inherits this umask.
        os.umask(0o077)
        write_keys(folder)
        threading.Thread(target=server.serve_forever).start()
        try:
            status, reports = run_sdk(f"http://127.0.0.1:{server.server_port}/api/v2", folder)
        finally:
            server.shutdown()
        require(not server.plex_tv.complaints, "\n".join(server.plex_tv.complaints))
        require(status == 0, f"the SDK's half ended with status {status}")
        check_reports(server.plex_tv, reports)
        check_requests(server.plex_tv)
        check_keys(server.plex_tv, folder)
    print(f"jwcrypto and the SDK agree on {len(GOOD_CLIENTS)} key files, {len(FORGERIES)} forgeries, {len(reports)} tokens")


if __name__ == "__main__":
    try:
        main()
    except (Failure, subprocess.SubprocessError) as error:
        sys.exit(f"jwt_interop: {error}")
