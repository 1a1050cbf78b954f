// How the page asks the gateway: one POST an operation. The only place that sets what proves who asks.

import { isBound, proofFor } from "./proof.js";

const ACCEPTED = "application/graphql-response+json, application/json;q=0.9";

export function fetcherFor(endpoint, token) {
  const bound = isBound(token);
  let nonce = null;

  const ask = async (operation, headers) =>
    fetch(endpoint, {
      method: "POST",
      headers: await headersFor(endpoint, token, bound, nonce, headers),
      body: JSON.stringify(operation),
    });

  return async (operation, { headers = {} } = {}) => {
    let response = await ask(operation, headers);
    const wanted = response.headers.get("DPoP-Nonce");
    if (bound && wanted) {
      nonce = wanted;
      // Once: a server that refuses its own nonce would refuse the next one too.
      if (response.status === 401) response = await ask(operation, headers);
    }
    return answerIn(response);
  };
}

async function headersFor(endpoint, token, bound, nonce, typed) {
  const headers = new Headers({ Accept: ACCEPTED, "Content-Type": "application/json" });
  if (bound) headers.set("DPoP", await proofFor("POST", endpoint, { token, nonce }));
  if (token) headers.set("Authorization", `${bound ? "DPoP" : "Bearer"} ${token}`);
  // What is typed in GraphiQL's own headers pane wins.
  for (const [name, value] of Object.entries(typed)) headers.set(name, value);
  return headers;
}

async function answerIn(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { errors: [{ message: `The gateway answered ${response.status} ${response.statusText} without JSON.` }] };
  }
}
