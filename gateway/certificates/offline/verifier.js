// Verifies a certificate in the browser, without any network: the same rules as gateway/certificates/verifying.py, in the
// same order, with the same reasons. No library: WebCrypto does the arithmetic.
"use strict";

const MARKS = { claims: "tamin-claims:", code: "tamin-code:" };
const VCT = "urn:tamin-gateway:certificate:";
const TYPES = { credential: "dc+sd-jwt", code: "tamin-code+jwt", list: "statuslist+jwt", binding: "kb+jwt" };
const SKEW = 60;
const MOST_LIST_BYTES = 1 << 20;
const ES256 = { name: "ECDSA", hash: "SHA-256" };
const CODE_NAMES = {
  iss: "issuer", jti: "serial", iat: "issuedAt", exp: "validUntil", knd: "kind", out: "outcome", rdm: "redeemer",
};
const OPEN_NAMES = { serial: "jti", issuedAt: "iat", validUntil: "exp", issuer: "iss" };
const AS_THEY_ARE = ["v", "outcome", "purpose", "redeemer"];

class NotGood extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

const refuse = (reason) => {
  throw new NotGood(reason);
};
const text = new TextEncoder();

// Only the one spelling that base64url has for these bytes: another is a changed text.
function fromBase64url(said) {
  if (!/^[A-Za-z0-9_-]*$/.test(said) || said.length % 4 === 1) refuse("MALFORMED");
  const raw = atob(said.replace(/-/g, "+").replace(/_/g, "/"));
  const bytes = Uint8Array.from(raw, (character) => character.charCodeAt(0));
  if (toBase64url(bytes) !== said) refuse("MALFORMED");
  return bytes;
}

function toBase64url(bytes) {
  let raw = "";
  for (const byte of bytes) raw += String.fromCharCode(byte);
  return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function jsonOf(part) {
  try {
    const said = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(fromBase64url(part)));
    if (said === null || typeof said !== "object" || Array.isArray(said)) refuse("MALFORMED");
    return said;
  } catch (problem) {
    return refuse("MALFORMED");
  }
}

// RFC 8785: names in the order of their UTF-16 units, numbers and strings as ECMAScript writes them.
function canonical(said) {
  if (Array.isArray(said)) return `[${said.map(canonical).join(",")}]`;
  if (said === null || typeof said !== "object") return JSON.stringify(said);
  return `{${Object.keys(said).sort().map((name) => `${JSON.stringify(name)}:${canonical(said[name])}`).join(",")}}`;
}

async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

async function digestOf(said) {
  return toBase64url(await sha256(text.encode(canonical(said))));
}

function importKey(jwk) {
  const { kty, crv, x, y } = jwk;
  if (kty !== "EC" || crv !== "P-256") refuse("ALGORITHM");
  return crypto.subtle.importKey("jwk", { kty, crv, x, y }, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
}

function headerOf(token) {
  const parts = token.split(".");
  if (parts.length !== 3) refuse("MALFORMED");
  return jsonOf(parts[0]);
}

async function proven(token, key) {
  const [header, payload, signature] = token.split(".");
  const said = jsonOf(payload);
  const raw = fromBase64url(signature);
  if (raw.length !== 64 || !(await crypto.subtle.verify(ES256, key, raw, text.encode(`${header}.${payload}`)))) {
    refuse("SIGNATURE");
  }
  return said;
}

async function opened(token, type, keys) {
  const header = headerOf(token);
  if (header.alg !== "ES256") refuse("ALGORITHM");
  if (header.typ !== type || Object.keys(header).length !== 3 || typeof header.kid !== "string") refuse("MALFORMED");
  const jwk = keys.find((one) => one.kid === header.kid);
  if (!jwk) refuse("UNKNOWN_KEY");
  return [await proven(token, await importKey(jwk)), header.kid];
}

// SD-JWT (RFC 9901)

async function hashOfText(said) {
  return toBase64url(await sha256(text.encode(said)));
}

async function revealed(payload, disclosures) {
  if ((payload._sd_alg ?? "sha-256") !== "sha-256") refuse("ALGORITHM");
  const byDigest = new Map();
  for (const disclosure of disclosures) byDigest.set(await hashOfText(disclosure), disclosure);
  if (byDigest.size !== disclosures.length) refuse("DISCLOSURE");
  const seen = new Set();
  const used = new Set();
  let hidden = 0;

  const disclosed = (digest, length) => {
    if (typeof digest !== "string" || seen.has(digest)) refuse("DISCLOSURE");
    seen.add(digest);
    if (!byDigest.has(digest)) {
      hidden += 1;
      return null;
    }
    used.add(digest);
    let said;
    try {
      said = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(fromBase64url(byDigest.get(digest))));
    } catch (problem) {
      refuse("DISCLOSURE");
    }
    if (!Array.isArray(said) || said.length !== length) refuse("DISCLOSURE");
    return said;
  };
  const valueOf = (value, depth) => {
    if (depth > 16) refuse("MALFORMED");
    if (Array.isArray(value)) {
      return value.flatMap((entry) => {
        const digest = entry && typeof entry === "object" && Object.keys(entry).join() === "..." ? entry["..."] : undefined;
        if (digest === undefined) return [valueOf(entry, depth + 1)];
        const said = disclosed(digest, 2);
        return said ? [valueOf(said[1], depth + 1)] : [];
      });
    }
    if (value === null || typeof value !== "object") return value;
    const found = Object.create(null);
    for (const [name, inner] of Object.entries(value)) if (name !== "_sd") found[name] = valueOf(inner, depth + 1);
    for (const digest of value._sd ?? []) {
      const said = disclosed(digest, 3);
      if (!said) continue;
      if (typeof said[1] !== "string" || ["_sd", "...", "_sd_alg"].includes(said[1]) || said[1] in found) {
        refuse("DISCLOSURE");
      }
      found[said[1]] = valueOf(said[2], depth + 1);
    }
    return found;
  };

  const claims = valueOf(payload, 0);
  delete claims._sd_alg;
  if (used.size !== byDigest.size) refuse("DISCLOSURE");
  return [claims, hidden];
}

async function bound(bare, binding, holder, asked) {
  if (!binding) refuse("HOLDER");
  const header = headerOf(binding);
  if (header.alg !== "ES256") refuse("ALGORITHM");
  let said;
  try {
    if (header.typ !== TYPES.binding) refuse("HOLDER");
    said = await proven(binding, await importKey(holder));
  } catch (problem) {
    refuse("HOLDER");
  }
  if (said.sd_hash !== (await hashOfText(bare))) refuse("HOLDER");
  if (asked.audience && said.aud !== asked.audience) refuse("HOLDER");
  if (asked.nonce && said.nonce !== asked.nonce) refuse("HOLDER");
}

// A signed PDF: the signature covers all of it but its own place, and everything in that place is what it must be.

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (digits) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const same = (one, other) => hex(one) === hex(other);
const DER = {
  signedData: unhex("06092a864886f70d010702"),
  data: unhex("06092a864886f70d010701"),
  sha256: unhex("300d06096086480165030402010500"),
  ecdsaSha256: unhex("300a06082a8648ce3d040302"),
  p256: unhex("301306072a8648ce3d020106082a8648ce3d030107"),
  one: unhex("020101"),
  contentType: "06092a864886f70d010903",
  messageDigest: "06092a864886f70d010904",
  signingCertificate: "060b2a864886f70d010910022f",
};

function headOf(der, at) {
  if (at + 2 > der.length) refuse("PDF_CHANGED");
  let length = der[at + 1];
  let begin = at + 2;
  if (length >= 0x80) {
    const size = length & 0x7f;
    if (size !== 1 && size !== 2) refuse("PDF_CHANGED");
    length = 0;
    for (let i = 0; i < size; i += 1) length = length * 256 + der[begin + i];
    begin += size;
    if (length < (size === 1 ? 0x80 : 0x100)) refuse("PDF_CHANGED");
  }
  if (!(begin + length <= der.length)) refuse("PDF_CHANGED");
  return [der[at], begin, begin + length];
}

function contentOf(der, tag) {
  const [found, begin, end] = headOf(der, 0);
  if (found !== tag || end !== der.length) refuse("PDF_CHANGED");
  return der.subarray(begin, end);
}

function childrenOf(content) {
  const found = [];
  for (let at = 0; at < content.length; ) {
    const [, , end] = headOf(content, at);
    found.push(content.subarray(at, end));
    at = end;
  }
  if (!found.length) refuse("PDF_CHANGED");
  return found;
}

function partsOf(der, tag, count) {
  const found = childrenOf(contentOf(der, tag));
  if (found.length !== count) refuse("PDF_CHANGED");
  return found;
}

const join = (...parts) => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

// DER's two integers as the 64 bytes that WebCrypto takes.
function rawSignature(der) {
  let integers;
  try {
    integers = partsOf(der, 0x30, 2).map((part) => contentOf(part, 0x02));
  } catch (problem) {
    refuse("SIGNATURE");
  }
  const numbers = integers.map((content) => {
    const padded = content.length > 1 && content[0] === 0;
    if (!content.length || content[0] & 0x80 || (padded && !(content[1] & 0x80))) refuse("SIGNATURE");
    const bare = padded ? content.subarray(1) : content;
    if (bare.length > 32) refuse("SIGNATURE");
    return join(new Uint8Array(32 - bare.length), bare);
  });
  return join(...numbers);
}

async function provenCms(cms, digest, keys) {
  const [outer, wrapped] = partsOf(cms, 0x30, 2);
  const [inner] = partsOf(wrapped, 0xa0, 1);
  const [version, digests, content, certificates, signers] = partsOf(inner, 0x30, 5);
  const [signer] = partsOf(signers, 0x31, 1);
  const [signerVersion, who, digestBy, attributes, signedBy, signature] = partsOf(signer, 0x30, 6);
  if (!same(contentOf(digests, 0x31), DER.sha256) || !same(digestBy, DER.sha256) || !same(signedBy, DER.ecdsaSha256)) {
    refuse("ALGORITHM");
  }
  const [certificate] = childrenOf(contentOf(certificates, 0xa0));
  const [body] = partsOf(certificate, 0x30, 3);
  const parts = childrenOf(contentOf(body, 0x30));
  if (parts.length < 7) refuse("PDF_CHANGED");
  const [kind, bits] = partsOf(parts[6], 0x30, 2);
  const point = contentOf(bits, 0x03);
  if (!same(kind, DER.p256) || point.length !== 66 || point[0] !== 0 || point[1] !== 4) refuse("ALGORITHM");
  const constant = same(outer, DER.signedData) && same(version, DER.one) && same(signerVersion, DER.one);
  if (!constant || !same(contentOf(content, 0x30), DER.data)) refuse("PDF_CHANGED");
  if (!same(contentOf(who, 0x30), join(parts[3], parts[1]))) refuse("PDF_CHANGED");

  const jwk = keys.find((one) => one.x === toBase64url(point.slice(2, 34)) && one.y === toBase64url(point.slice(34)));
  if (!jwk) refuse("UNKNOWN_KEY");
  const asSet = attributes.slice();
  asSet[0] = 0x31;
  const raw = rawSignature(contentOf(signature, 0x04));
  if (!(await crypto.subtle.verify(ES256, await importKey(jwk), raw, asSet))) refuse("SIGNATURE");

  const said = new Map();
  for (const attribute of childrenOf(contentOf(attributes, 0xa0))) {
    const [name, values] = partsOf(attribute, 0x30, 2);
    said.set(hex(name), contentOf(values, 0x31));
  }
  const nothing = new Uint8Array(0);
  const [listed] = partsOf(said.get(DER.signingCertificate) ?? nothing, 0x30, 1);
  const [first] = partsOf(listed, 0x30, 1);
  const named = contentOf(childrenOf(contentOf(first, 0x30))[0], 0x04);
  if (
    !same(said.get(DER.contentType) ?? nothing, DER.data) ||
    !same(said.get(DER.messageDigest) ?? nothing, join(Uint8Array.of(4, 32), digest)) ||
    !same(named, await sha256(certificate))
  ) {
    refuse("PDF_CHANGED");
  }
  return jwk.kid;
}

async function openedPdf(bytes, keys) {
  const latin = new TextDecoder("latin1").decode(bytes);
  if (!latin.includes("/ByteRange")) refuse("PDF_UNSIGNED");
  const ranges = [...latin.matchAll(/\/ByteRange \[0 (\d{1,8}) (\d{1,8}) (\d{1,8})\]/g)];
  if (ranges.length !== 1 || latin.split("/ByteRange").length !== 2) refuse("PDF_CHANGED");
  const [end, begin, length] = ranges[0].slice(1).map(Number);
  if (end >= begin || begin + length !== bytes.length || !latin.slice(0, end).endsWith("/Contents ")) refuse("PDF_CHANGED");
  const gap = /^<([0-9A-F]*)>$/.exec(latin.slice(end, begin));
  if (!gap || gap[1].length % 2) refuse("PDF_CHANGED");
  const padded = unhex(gap[1]);
  const [, , size] = headOf(padded, 0);
  if (padded.subarray(size).some((byte) => byte)) refuse("PDF_CHANGED");
  const signed = join(bytes.subarray(0, end), bytes.subarray(begin));
  const signer = await provenCms(padded.slice(0, size), await sha256(signed), keys);

  const covered = latin.slice(0, end) + latin.slice(begin);
  const marked = (mark) => {
    const found = new Set([...covered.matchAll(new RegExp(`${mark}([A-Za-z0-9_.-]+)`, "g"))].map((one) => one[1]));
    if (found.size !== 1) refuse("MALFORMED");
    return [...found][0];
  };
  return [jsonOf(marked(MARKS.claims)), marked(MARKS.code), signer];
}

// Lists of states

async function openedList(token, keys) {
  const [said] = await opened(token.trim(), TYPES.list, keys);
  const { bits, lst } = said.status_list ?? {};
  if (![1, 2, 4, 8].includes(bits) || typeof lst !== "string") refuse("MALFORMED");
  const octets = [];
  let size = 0;
  try {
    const stream = new Blob([fromBase64url(lst)]).stream().pipeThrough(new DecompressionStream("deflate"));
    const reader = stream.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      octets.push(part.value);
      size += part.value.length;
      if (size > MOST_LIST_BYTES) refuse("MALFORMED");
    }
  } catch (problem) {
    refuse("MALFORMED");
  }
  return { uri: said.sub, issuedAt: said.iat, expiresAt: said.exp, bits, octets: join(...octets) };
}

function stateOf(payload, lists, now, verdict) {
  const place = payload.status?.status_list;
  if (!place || typeof place.uri !== "string" || !Number.isInteger(place.idx) || place.idx < 0) refuse("MALFORMED");
  const newest = lists.filter((one) => one.uri === place.uri).sort((one, two) => one.issuedAt - two.issuedAt).pop();
  if (!newest) refuse("STATUS_UNKNOWN");
  const byte = Math.floor((place.idx * newest.bits) / 8);
  if (byte >= newest.octets.length) refuse("STATUS_UNKNOWN");
  const status = (newest.octets[byte] >> ((place.idx * newest.bits) % 8)) & ((1 << newest.bits) - 1);
  if (status === 3) refuse("SUPERSEDED");
  if (status !== 0) refuse("REVOKED");
  if (now >= newest.expiresAt) refuse("STATUS_UNKNOWN");
  verdict.statusAsOf = newest.issuedAt;
}

// All of it

async function openedCode(token, keys) {
  const [payload, signer] = await opened(token, TYPES.code, keys);
  const said = {};
  for (const [short, name] of Object.entries(CODE_NAMES)) if (short in payload) said[name] = payload[short];
  said.subject = payload.sub ?? {};
  return [payload, said, signer];
}

async function held(verdict, signed, whole) {
  verdict.digest = await digestOf(whole);
  if (verdict.digest !== signed) refuse("DIGEST");
  verdict.digestHeld = true;
}

async function openedDocument(bytes, trust, asked, verdict) {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 1024)).trimStart();
  if (head.startsWith("%PDF-")) {
    verdict.face = "PDF";
    const [whole, code, signer] = await openedPdf(bytes, trust.keys);
    const [payload, said] = await openedCode(code, trust.keys);
    verdict.claims = whole;
    verdict.signer = signer;
    await held(verdict, payload.dig, whole);
    for (const [name, value] of Object.entries(said)) if (canonical(whole[name] ?? null) !== canonical(value)) refuse("DIGEST");
    return payload;
  }
  const document = new TextDecoder("latin1").decode(bytes).trim();
  if (!/^[\x21-\x7e]*$/.test(document)) refuse("MALFORMED");
  if (!document.includes("~")) {
    verdict.face = "CODE";
    const [payload, said, signer] = await openedCode(document, trust.keys);
    Object.assign(verdict, { claims: said, signer, digest: payload.dig });
    return payload;
  }
  verdict.face = "CREDENTIAL";
  const parts = document.split("~");
  const binding = parts.pop();
  const [token, ...disclosures] = parts;
  const [payload, signer] = await opened(token, TYPES.credential, trust.keys);
  const [claims, hidden] = await revealed(payload, disclosures);
  if (typeof claims.vct !== "string" || !claims.vct.startsWith(VCT)) refuse("MALFORMED");
  const said = { kind: claims.vct.slice(VCT.length) };
  for (const [name, short] of Object.entries(OPEN_NAMES)) if (short in claims) said[name] = claims[short];
  for (const name of [...AS_THEY_ARE, "subject", "facts", "salt"]) if (name in claims) said[name] = claims[name];
  Object.assign(verdict, { claims: said, hidden, signer });
  if (hidden) verdict.digest = payload.digest;
  else await held(verdict, payload.digest, said);
  const bare = `${parts.join("~")}~`;
  if (payload.cnf) await bound(bare, binding, payload.cnf.jwk ?? refuse("MALFORMED"), asked);
  else if (binding || asked.audience || asked.nonce) refuse("HOLDER");
  return payload;
}

// `trust`: { keys, issuer, lists }; `asked`: { redeemer, audience, nonce }; `now` in seconds. Never throws.
async function verified(bytes, trust, asked = {}, now = Math.floor(Date.now() / 1000)) {
  const verdict = { face: null, reason: null, claims: {}, digest: null, digestHeld: false, hidden: 0, statusAsOf: null };
  try {
    const payload = await openedDocument(bytes, trust, asked, verdict);
    if (!Number.isInteger(payload.iat) || !Number.isInteger(payload.exp)) refuse("MALFORMED");
    if (now < payload.iat - SKEW) refuse("NOT_YET_VALID");
    if (now >= payload.exp) refuse("EXPIRED");
    if (trust.issuer && verdict.claims.issuer !== trust.issuer) refuse("ISSUER");
    const madeOutTo = verdict.claims.redeemer ?? null;
    if (madeOutTo !== null && asked.redeemer && madeOutTo !== asked.redeemer) refuse("REDEEMER");
    stateOf(payload, trust.lists, now, verdict);
  } catch (problem) {
    verdict.reason = problem instanceof NotGood ? problem.reason : "MALFORMED";
  }
  return verdict;
}
