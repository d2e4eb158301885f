"""Checks that python-plexapi signs in at the emulator and connects to its media servers.

The script starts the emulator's program and changes only the host of plex.tv in plexapi's class constants. Run it from the
root of the repository: target/ci/bin/python .ci/plexapi_connect.py
"""

import os
import subprocess
import sys
from pathlib import Path

from plexapi.exceptions import PlexApiException
from plexapi.myplex import MyPlexAccount, MyPlexResource

# One good address among others, a server without any, and one behind the relay only.
SERVERS = ["Living room=refusing,good", "Attic=refusing", "Cellar=relay"]


class Failure(Exception):
    """A check that failed."""


def require(found, expected, what):
    if found != expected:
        raise Failure(f"{what}: {found!r}, expected {expected!r}")


def start():
    """Starts the emulator and returns its process, its address and a token of its first user."""
    subprocess.run(["cargo", "build", "-p", "plex-tv-emulator"], check=True)
    program = Path(os.environ.get("CARGO_TARGET_DIR", "target"), "debug/plex-tv-emulator")
    options = [option for server in SERVERS for option in ("--server", server)]
    emulator = subprocess.Popen([program, *options], stdout=subprocess.PIPE, text=True)
    address, token = (emulator.stdout.readline().split()[-1] for _ in range(2))
    return emulator, address, token


def check(account):
    require(account.username, "demo", "the user")
    server = account.resource("Living room").connect(timeout=5)
    require(server.friendlyName, "Living room", "the name of the server")
    require(server.machineIdentifier, "living-room", "the machine identifier")
    require(server.myPlexUsername, "demo", "the owner")
    sections = [(section.key, section.type, section.title) for section in server.library.sections()]
    require(sections, [(1, "movie", "Movies"), (2, "show", "TV Shows")], "the libraries")
    # plexapi reads 100 items at a time.
    films = server.library.section("Movies").all()
    require(len({film.ratingKey for film in films}), 500, "the number of films")
    require(films[-1].title, "Film 500", "the last film")
    require(server.library.section("TV Shows").totalSize, 60, "the number of shows")
    cellar = account.resource("Cellar").connect(timeout=5)
    require(cellar.machineIdentifier, "cellar", "the server behind the relay")
    try:
        account.resource("Attic").connect(timeout=5)
    except PlexApiException:
        return
    raise Failure("plexapi has connected to an address that refuses")


def main():
    emulator, address, token = start()
    try:
        for described in [MyPlexAccount, MyPlexResource]:
            described.key = described.key.replace("https://plex.tv", address)
        check(MyPlexAccount(token=token))
    finally:
        emulator.terminate()
        emulator.wait()
    print("python-plexapi connects to the emulator's media servers")


if __name__ == "__main__":
    try:
        main()
    except (Failure, PlexApiException, subprocess.SubprocessError) as error:
        sys.exit(f"plexapi_connect: {error}")
