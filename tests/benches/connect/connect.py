"""Times python-plexapi: connect.py ADDRESS TOKEN SERVER prints the seconds of one connect, and its outcome.

ADDRESS is that of an emulator of plex.tv; nothing else of plexapi is changed.
"""

import sys
import time

from plexapi.exceptions import PlexApiException
from plexapi.myplex import MyPlexAccount, MyPlexResource

address, token, server = sys.argv[1:]
for described in [MyPlexAccount, MyPlexResource]:
    described.key = described.key.replace("https://plex.tv", address)
resource = MyPlexAccount(token=token).resource(server)
start = time.perf_counter()
try:
    resource.connect()
    outcome = "connected"
except PlexApiException:
    outcome = "failed"
print(time.perf_counter() - start, outcome)
