// The page around the verifier: what was chosen goes in, a verdict in two languages comes out. Nothing leaves the page.
"use strict";

const GIVEN = JSON.parse(document.getElementById("given").textContent);
const element = (id) => document.getElementById(id);
let language = "fa";
let shown = null;
let lists = [];

const words = (table, name) => (GIVEN.words[table]?.[name] ?? { fa: String(name), en: String(name) })[language];
const digits = (said) => (language === "fa" ? String(said).replace(/[0-9]/g, (d) => "۰۱۲۳۴۵۶۷۸۹"[d]) : String(said));
const moment = (seconds) =>
  new Intl.DateTimeFormat(language === "fa" ? "fa-IR-u-ca-persian" : "en-GB", {
    dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Tehran",
  }).format(new Date(seconds * 1000));

function valueOf(value) {
  const name = value === null ? "null" : String(value);
  return name in GIVEN.words.values ? words("values", name) : digits(name);
}

function row(table, label, value) {
  const line = table.insertRow();
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = label;
  line.append(head);
  const cell = line.insertCell();
  const inner = document.createElement("bdi");
  inner.textContent = value;
  cell.append(inner);
}

function show() {
  const result = element("result");
  result.replaceChildren();
  document.documentElement.lang = language;
  document.documentElement.dir = language === "fa" ? "rtl" : "ltr";
  for (const part of document.querySelectorAll("[data-fa]")) part.textContent = part.dataset[language];
  element("language").textContent = language === "fa" ? "English" : "فارسی";
  element("language").lang = language === "fa" ? "en" : "fa";
  if (!shown) return;
  const open = shown.reason === "STATUS_UNKNOWN";
  const verdict = document.createElement("h2");
  verdict.className = shown.reason ? (open ? "open" : "bad") : "good";
  verdict.id = "verdict";
  verdict.dataset.reason = shown.reason ?? "";
  verdict.textContent = words("page", shown.reason ? (open ? "open" : "bad") : "good");
  result.append(verdict);
  if (shown.reason) {
    const why = document.createElement("p");
    why.id = "reason";
    why.textContent = words("reasons", shown.reason);
    result.append(why);
  }
  // What was read is shown where it is proven, and not where it is not.
  const proven = !shown.reason || ["EXPIRED", "REVOKED", "SUPERSEDED", "STATUS_UNKNOWN", "REDEEMER", "NOT_YET_VALID"].includes(shown.reason);
  if (!proven || !shown.claims.serial) return;
  const claims = shown.claims;
  const table = document.createElement("table");
  table.createCaption().textContent = words("kinds", claims.kind);
  row(table, words("page", "outcome"), words("outcomes", claims.outcome));
  for (const [name, value] of Object.entries(claims.subject ?? {})) row(table, words("subject", name), digits(value));
  for (const [name, fact] of Object.entries(claims.facts ?? {})) {
    const said = `${valueOf(fact.value)} (${words("sources", fact.source)}، ${moment(fact.saidAt)})`;
    row(table, words("facts", name), language === "fa" ? said : said.replace("،", ","));
  }
  row(table, words("page", "issuer"), claims.issuer);
  row(table, words("page", "issuedAt"), moment(claims.issuedAt));
  row(table, words("page", "validUntil"), moment(claims.validUntil));
  if (claims.purpose) row(table, words("page", "purpose"), claims.purpose);
  if (claims.redeemer) row(table, words("page", "redeemer"), claims.redeemer);
  row(table, words("page", "serial"), claims.serial.match(/.{1,4}/g).join("-"));
  row(table, words("page", "face"), words("faces", shown.face));
  row(table, words("page", "digest"), shown.digest);
  row(table, words("page", "held"), words("page", shown.digestHeld ? "digestHeld" : "digestOpen"));
  if (shown.hidden) row(table, words("page", "hidden"), digits(shown.hidden));
  row(table, words("page", "statusAsOf"), shown.statusAsOf ? moment(shown.statusAsOf) : words("page", "notKnown"));
  result.append(table);
}

async function verify(bytes) {
  const asked = {
    redeemer: element("redeemer").value.trim(),
    audience: element("audience").value.trim(),
    nonce: element("nonce").value.trim(),
  };
  shown = await verified(bytes, { keys: GIVEN.jwks.keys, issuer: GIVEN.issuer, lists }, asked);
  show();
}

async function start() {
  for (const token of GIVEN.lists) lists.push(await openedList(token, GIVEN.jwks.keys));
  element("language").addEventListener("click", () => {
    language = language === "fa" ? "en" : "fa";
    show();
  });
  element("file").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) await verify(new Uint8Array(await file.arrayBuffer()));
  });
  element("check").addEventListener("click", () => verify(text.encode(element("text").value)));
  element("list").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    const note = element("listed");
    try {
      lists.push(await openedList(await file.text(), GIVEN.jwks.keys));
      note.textContent = words("page", "listTaken");
    } catch (problem) {
      note.textContent = words("page", "listRefused");
    }
  });
  show();
  document.body.dataset.ready = "yes";
}

start();
