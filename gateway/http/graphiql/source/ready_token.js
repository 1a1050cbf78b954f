// A token of the sandbox for a caller, from the gateway's own route to the issuer. An agency's is bound to our key.

import { proofFor } from "./proof.js";

export async function readyToken(caller, { tokens, issuer }) {
  const headers = new Headers({ "Content-Type": "application/json" });
  if (caller.startsWith("agency:")) headers.set("DPoP", await proofFor("POST", issuer));
  const response = await fetch(tokens, { method: "POST", headers, body: JSON.stringify({ whom: caller }) });
  const said = await response.json();
  if (!response.ok) throw new Error(said.error_description ?? `the sandbox answered ${response.status}`);
  return said.access_token;
}
