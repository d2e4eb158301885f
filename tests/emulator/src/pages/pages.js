// The pages /link and /auth: find the PIN, show the app, let the user decide.
"use strict";

const page = document.body.dataset.page;
const element = (id) => document.getElementById(id);
// The parameters after the '#' of an auth link: "?a=b" or "!?a=b".
let fragment = new URLSearchParams();
// The PIN that the page shows.
let pin = null;
let countdown = 0;

function showMessage(text, tone) {
  element("message").textContent = text;
  element("message").className = tone || "";
}

function heading(text) {
  element("title").textContent = text;
  document.title = text;
  element("title").focus();
}

// Only http and https URLs are followed, as at plex.tv.
function forwardUrl() {
  try {
    const url = new URL(fragment.get("forwardUrl"));
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function identify(code) {
  return page === "auth" ? { code, clientID: fragment.get("clientID") || "" } : { code };
}

function explain(reason) {
  if (reason === "claimed") {
    return page === "auth"
      ? "This sign-in request was approved already. Go back to the app; if it did not sign in, start again."
      : "This code was used already. Go back to the app; if it did not sign in, get a new code from it.";
  }
  if (reason === "strong") {
    return "This is the long code of a sign-in link. Open the link that your app shows; only codes of four characters are entered here.";
  }
  return page === "auth"
    ? "This sign-in request was not found. It may have expired. Go back to the app and start again."
    : "This code was not found. It may have expired. Check it, or get a new one from your app.";
}

async function find(code) {
  const query = identify(code);
  const response = await fetch("/_pages/pin?" + new URLSearchParams(query));
  const body = await response.json();
  // The emulator refuses the address of this page, and says why.
  if (response.status === 403) throw new Error(body.message);
  if (!response.ok) throw new Error(explain(body.reason));
  return { ...body, query };
}

function row(name, value) {
  if (!value) return [];
  const term = document.createElement("dt");
  term.textContent = name;
  const description = document.createElement("dd");
  description.textContent = value;
  return [term, description];
}

function show(found) {
  pin = found;
  const context = (key) => page === "auth" && fragment.get("context[device][" + key + "]");
  // The app's headers take precedence over the parameters of the link.
  const product = pin.product || context("product") || "An unnamed app";
  const device = pin.device || context("deviceName") || context("device");
  const version = pin.version && product === pin.product ? product + " " + pin.version : product;
  element("app").replaceChildren(
    ...row("App", version),
    ...row("Device", device),
    ...row("Platform", pin.platform || context("platform")),
    ...row("Code", page === "link" && pin.query.code),
  );
  element("user").replaceChildren(...pin.users.map((name, index) => new Option(name, index)));
  if (element("find")) element("find").hidden = true;
  for (const id of ["allow", "decline"]) element(id).disabled = false;
  element("decide").hidden = false;
  heading(product + " wants to sign in");
  showMessage("");
  const deadline = performance.now() + pin.millisecondsLeft;
  const tick = () => {
    const left = Math.max(0, Math.ceil((deadline - performance.now()) / 1000));
    element("time").textContent =
      "Time left: " + Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
    if (left === 0) expire();
  };
  countdown = setInterval(tick, 1000);
  tick();
}

function close(title) {
  clearInterval(countdown);
  element("decide").hidden = true;
  heading(title);
}

function expire() {
  close("This code has expired");
  showMessage("Go back to the app and start again.", "bad");
}

async function decide(allow) {
  const decided = pin;
  for (const id of ["allow", "decline"]) element(id).disabled = true;
  const response = await fetch("/_pages/decision", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...pin.query, user: Number(element("user").value), allow }),
  });
  const error = response.ok ? null : await response.json();
  // Meanwhile the app has opened another link in this window.
  if (pin !== decided) return;
  if (response.status === 404 && !error.reason) return expire();
  if (error) {
    close("Sign-in failed");
    return showMessage(error.reason ? explain(error.reason) : error.message, "bad");
  }
  const forward = page === "auth" ? forwardUrl() : null;
  if (allow && forward) {
    close("Signed in");
    showMessage("Taking you back to the app …", "good");
    location.assign(forward);
  } else if (allow) {
    close("Signed in");
    showMessage("You can close this page and go back to the app.", "good");
  } else {
    close("Declined");
    showMessage("The app gets no access. It may keep waiting until its code expires.");
    if (forward) {
      element("back").hidden = false;
      element("back").firstChild.href = forward;
    }
  }
}

function markCode(isInvalid) {
  if (!element("code")) return;
  element("code").setAttribute("aria-invalid", String(isInvalid));
  if (isInvalid) element("code").select();
}

async function begin(code) {
  const before = pin;
  const link = fragment;
  try {
    const found = await find(code);
    // Only the newest link counts.
    if (fragment !== link || pin !== before) return;
    show(found);
    markCode(false);
  } catch (error) {
    if (fragment !== link || pin !== before) return;
    showMessage(error.message, "bad");
    markCode(true);
  }
}

// Reads the link. An app may open its next link in the same window: then only the part after the '#' changes.
function openLink() {
  fragment = new URLSearchParams(location.hash.replace(/^#!?\??/, ""));
  pin = null;
  clearInterval(countdown);
  element("decide").hidden = true;
  element("back").hidden = true;
  showMessage("");
  document.title = element("title").textContent = "Sign in to an app";
  if (fragment.get("code")) {
    begin(fragment.get("code"));
  } else {
    showMessage("This link is incomplete. Go back to the app and start again.", "bad");
  }
}

element("decide").addEventListener("submit", (event) => {
  event.preventDefault();
  decide(true);
});
element("decline").addEventListener("click", () => decide(false));
if (page === "link") {
  element("code").value = (new URLSearchParams(location.search).get("pin") || "").toUpperCase();
  element("code").addEventListener("input", () => markCode(false));
  element("find").addEventListener("submit", (event) => {
    event.preventDefault();
    begin(element("code").value.trim().toUpperCase());
  });
} else {
  window.addEventListener("hashchange", openLink);
  openLink();
}
