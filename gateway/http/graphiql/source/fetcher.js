// How the page asks the gateway: one POST an operation. The only place that sets what proves who asks.

const ACCEPTED = "application/graphql-response+json, application/json;q=0.9";

export function fetcherFor(endpoint, token) {
  return async (operation, { headers = {} } = {}) => {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: await headersFor(token, headers),
      body: JSON.stringify(operation),
    });
    return answerIn(response);
  };
}

// A proof of possession (DPoP) for this one request is to be signed and added here.
async function headersFor(token, typed) {
  const headers = new Headers({ Accept: ACCEPTED, "Content-Type": "application/json" });
  if (token) headers.set("Authorization", `Bearer ${token}`);
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
