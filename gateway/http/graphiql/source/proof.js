// The key that agency tokens of this browser are bound to, and proofs made with it (RFC 9449). The browser keeps the
// key and signs with it; no script, ours included, can read it.

const STORE = "keys";
const NAME = "dpop";
const CURVE = { name: "ECDSA", namedCurve: "P-256" };

// Whether a token names a key that it is bound to. Opaque tokens do not tell.
export function isBound(token) {
  try {
    const claims = JSON.parse(new TextDecoder().decode(bytesOf(token.split(".")[1])));
    return typeof claims.cnf?.jkt === "string";
  } catch {
    return false;
  }
}

export async function proofFor(method, url, { token, nonce } = {}) {
  const { privateKey, publicKey } = await key();
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  const { origin, pathname } = new URL(url, window.location.href);
  const claims = { jti: crypto.randomUUID(), htm: method, htu: origin + pathname, iat: Math.floor(Date.now() / 1000) };
  if (token) claims.ath = base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
  if (nonce) claims.nonce = nonce;
  const signed = `${json({ typ: "dpop+jwt", alg: "ES256", jwk: { kty, crv, x, y } })}.${json(claims)}`;
  const signature = { name: "ECDSA", hash: "SHA-256" };
  return `${signed}.${base64url(await crypto.subtle.sign(signature, privateKey, new TextEncoder().encode(signed)))}`;
}

let made;

function key() {
  made ??= keptKey();
  return made;
}

async function keptKey() {
  const database = await opened();
  const kept = await done(database.transaction(STORE).objectStore(STORE).get(NAME));
  if (kept) return kept;
  const fresh = await crypto.subtle.generateKey(CURVE, false, ["sign"]);
  await done(database.transaction(STORE, "readwrite").objectStore(STORE).put(fresh, NAME));
  return fresh;
}

function opened() {
  const asked = window.indexedDB.open("tamin", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
  return done(asked);
}

function done(asked) {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

function json(value) {
  return base64url(new TextEncoder().encode(JSON.stringify(value)));
}

function base64url(bytes) {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function bytesOf(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}
