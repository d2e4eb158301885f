//! Connects to a media server: carries out the race of its addresses.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use plex_api_gen::{Address, Attempt, Error, Transport};
use serde::Deserialize;
use tokio::time::{Instant, sleep_until};

use super::candidates::{Candidate, LeftOut, Permissions, candidates, entries};
use super::race::{Action, Race};
use super::{ConnectOptions, ConnectedServer, Location, Server, ServerGet};
use crate::PlexApi;

const STEP: &str = "connect to the server";

/// The step of one address.
const PROBE: &str = "identify the server";

/// The longest time limit: longer ones would overflow the clock.
const LONGEST: Duration = Duration::from_secs(u32::MAX as u64);

/// The size limit of the response to a probe, which has some hundred bytes.
const PROBE_LIMIT: usize = 64 * 1024;

impl Server {
    /// Finds the address at which this server responds, and returns a client for it, with the default settings.
    ///
    /// See [`connect_with`](Self::connect_with).
    ///
    /// # Errors
    /// As for [`connect_with`](Self::connect_with).
    ///
    /// # Examples
    /// ```no_run
    /// # async fn example(plex: plex_api::PlexApi, token: plex_api::Token) -> Result<(), Box<dyn std::error::Error>> {
    /// let servers = plex.servers(&token).await?;
    /// let server = servers.iter().find(|server| server.owned).ok_or("this user has no server")?;
    /// let server = server.connect(&plex).await?;
    /// let libraries: serde_json::Value = server.get("/library/sections").json().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn connect(&self, plex: &PlexApi) -> Result<ConnectedServer, Error> {
        self.connect_with(plex, &ConnectOptions::new()).await
    }

    /// Finds the address at which this server responds, and returns a client for it.
    ///
    /// The addresses race: local ones start before remote ones, and the relay comes last; https starts before plain http,
    /// which [`ConnectOptions::plain_http`] must allow. The first success wins, unless a better address succeeds shortly
    /// after it. Addresses that do not respond cost the others some tenths of a second.
    ///
    /// Each address is asked for its identity without a token (`GET /identity`), and only the winner gets the token. This
    /// prevents mix-ups, such as another server at an address that was this one's. It does not stop an attacker: anybody can
    /// claim the identity. Over https, the certificate protects the token; over plain http, nothing does.
    ///
    /// A name of the form `192-168-1-5.HASH.plex.direct` contains its IP address. If it is a private one, no name server is
    /// asked for it: routers refuse to look such names up (DNS rebinding protection).
    ///
    /// Only the first request shows that the server accepts the token. A client from
    /// [`http_client`](crate::PlexApiBuilder::http_client) is used for all addresses: then their connections stay in its pool, and
    /// all names are looked up.
    ///
    /// A back end that does this for its users connects to addresses that their lists name, also within its own network. See
    /// docs/servers.md in the repository.
    ///
    /// # Errors
    /// [`ErrorClass::Unreachable`](crate::ErrorClass::Unreachable) if no address works, with all of them and why in
    /// [`Error::attempts`]; [`Error::is_misuse`] if a limit of the settings is 0, or outside of a tokio runtime.
    pub async fn connect_with(
        &self,
        plex: &PlexApi,
        options: &ConnectOptions,
    ) -> Result<ConnectedServer, Error> {
        let transport = plex.generated().transport().clone();
        ConnectedServer::connect(self.clone().into(), options.clone().into(), transport).await
    }
}

/// Returns the best address, and the transport that reached it, without a token.
pub(super) async fn race(
    server: &Server,
    transport: &Transport,
    options: &ConnectOptions,
) -> Result<(Candidate, Transport), Error> {
    Transport::check_runtime(STEP)?;
    if options.time_limit.is_zero()
        || options.request_timeout.is_zero()
        || options.response_limit == 0
    {
        let what = "a limit in the settings is 0, so no connection could succeed; raise it";
        return Err(Error::misuse(STEP, what));
    }
    let (candidates, left_out) = candidates(
        server,
        options,
        &Permissions {
            allows: &|url| transport.allows(url),
            allows_this_machine: &|url| transport.is_local() || transport.lists(url),
        },
    );
    let limit = options.time_limit.min(LONGEST);
    let mut race = Race::new(entries(&candidates), limit);
    let why = "the time limit was over before its turn; raise it with `ConnectOptions::time_limit`";
    let mut outcomes = vec![Err(Error::not_tried(PROBE, why)); candidates.len()];
    let mut probes = FuturesUnordered::new();
    let start = Instant::now();
    let winner = loop {
        let until = match race.next(start.elapsed()) {
            Action::Start(index) => {
                let candidate = &candidates[index];
                outcomes[index] = Err(Error::timed_out_at(PROBE, candidate.url.host_str()));
                let probe = probe(server, transport, options, candidate);
                probes.push(async move { (index, probe.await) });
                continue;
            }
            Action::Take(index) => break Some(index),
            Action::GiveUp => break None,
            Action::Wait { until } => start + until,
        };
        let timer = pin!(sleep_until(until));
        if let Either::Left((Some((index, outcome)), _)) = select(probes.next(), timer).await {
            match &outcome {
                Ok(_) => race.succeeded(index, start.elapsed()),
                Err(_) => race.failed(index),
            }
            outcomes[index] = outcome;
        }
    };
    if let Some(index) = winner
        && let Ok(winner) = outcomes.swap_remove(index)
    {
        return Ok((candidates[index].clone(), winner));
    }
    let failures = outcomes.into_iter().map(Result::err);
    let tried = candidates.iter().zip(failures);
    let tried = tried.filter_map(|(candidate, error)| Some(Attempt::new(&candidate.url, error?)));
    let left_out = left_out
        .iter()
        .map(|LeftOut { url, why }| Attempt::new(url, Error::not_tried(PROBE, why)));
    Err(Error::unreachable(STEP, tried.chain(left_out).collect()))
}

/// Asks the server at an address for its identity. The connection stays open for the calls to come, until the transport is dropped.
async fn probe(
    server: &Server,
    transport: &Transport,
    options: &ConnectOptions,
    candidate: &Candidate,
) -> Result<Transport, Error> {
    let transport = transport.to_media_server(Address {
        url: candidate.url.clone(),
        ip: candidate.ip,
        is_local: candidate.location == Location::Local,
        allows_plain_http: options.plain_http && candidate.location == Location::Local,
        timeout: options.request_timeout,
        response_limit: PROBE_LIMIT,
    })?;
    let identity = ServerGet::new(&transport, "/identity").json().await;
    let identity: Identity = identity.map_err(|error| error.during(PROBE))?;
    if identity.media_container.machine_identifier == server.id {
        Ok(transport)
    } else {
        let what = "another server responds at this address";
        Err(Error::mismatch(PROBE, what))
    }
}

/// The response to `GET /identity`, as Plex documents it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Identity {
    media_container: Identified,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identified {
    machine_identifier: String,
}
