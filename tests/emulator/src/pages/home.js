// The page /: the PINs, updated every second, and the demo users.
"use strict";

const element = (id) => document.getElementById(id);

async function control(path, body) {
  const response = await fetch("/_emulator/" + path, body && { method: "POST", body: JSON.stringify(body) });
  const value = response.status === 204 ? null : await response.json();
  if (!response.ok) throw new Error(value.error);
  return value;
}

function cell(...content) {
  const td = document.createElement("td");
  td.append(...content.map((part) => part ?? "–"));
  return td;
}

function code(text) {
  const shown = document.createElement("code");
  shown.textContent = text;
  return shown;
}

function button(label, pin, path) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.setAttribute("aria-label", label + " " + pin.code);
  made.addEventListener("click", async () => {
    try {
      await control(path, { code: pin.code });
      showError("");
    } catch (error) {
      showError(error.message);
    }
    refresh();
  });
  return made;
}

function showError(text) {
  element("message").textContent = text;
  element("message").className = text && "bad";
}

function link(pin) {
  const page = document.createElement("a");
  page.append(code(pin.code));
  page.href =
    pin.code.length === 4
      ? "/link/?" + new URLSearchParams({ pin: pin.code })
      : "/auth#?" + new URLSearchParams({ clientID: pin.client_identifier, code: pin.code });
  return page;
}

// Rows are reused while the state of a PIN does not change, so that their buttons keep the focus.
const rows = new Map();

function row(pin) {
  const key = pin.id + pin.state;
  if (!rows.has(key)) {
    const tr = document.createElement("tr");
    const state = pin.state === "claimed" ? "claimed by " + pin.user : pin.state;
    const choice = pin.state === "pending" ? [button("Allow", pin, "approve"), button("Decline", pin, "decline")] : [""];
    tr.append(cell(link(pin)), cell(pin.product), cell(pin.device), cell(""), cell(state), cell(...choice));
    rows.set(key, tr);
  }
  const left = Math.ceil(pin.expires_in);
  const time = Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
  rows.get(key).cells[3].textContent = time;
  return [key, rows.get(key)];
}

async function refresh() {
  try {
    const pins = (await control("pins")).slice(0, 100).map(row);
    const keys = new Set(pins.map(([key]) => key));
    for (const [key, tr] of rows) {
      if (keys.has(key)) continue;
      tr.remove();
      rows.delete(key);
    }
    const body = element("pins").querySelector("tbody");
    pins.forEach(([, tr], index) => {
      if (body.rows[index] !== tr) body.insertBefore(tr, body.rows[index] || null);
    });
    element("pins").hidden = pins.length === 0;
    element("none").hidden = pins.length > 0;
  } catch (error) {
    showError(error.message);
  }
}

async function begin() {
  element("origin").textContent = location.origin;
  element("base").textContent = location.origin + "/api/v2";
  element("example").textContent =
    "curl -X POST -H 'Accept: application/json' -H 'X-Plex-Client-Identifier: my-app' \\\n" +
    "     -H 'X-Plex-Product: My App' '" + location.origin + "/api/v2/pins?strong=true'";
  try {
    for (const user of await control("users")) {
      const tr = document.createElement("tr");
      const email = user.email || (user.restricted ? "none (managed user)" : "none");
      tr.append(cell(user.title), cell(user.username || "none"), cell(email), cell(code(user.demo_token)));
      element("users").tBodies[0].append(tr);
    }
  } catch (error) {
    showError(error.message);
  }
  await refresh();
  setInterval(refresh, 1000);
}

begin();
