// Where the token is kept: in this tab alone, and gone with it.

const TOKEN = "tamin:token";
const CALLER = "tamin:caller";

export function keptToken() {
  return window.sessionStorage.getItem(TOKEN) ?? "";
}

// The ready caller whose token it is; "" for a pasted one.
export function keptCaller() {
  return window.sessionStorage.getItem(CALLER) ?? "";
}

export function keepToken(token, caller = "") {
  keep(TOKEN, token);
  keep(CALLER, caller);
}

function keep(name, value) {
  if (value) window.sessionStorage.setItem(name, value);
  else window.sessionStorage.removeItem(name);
}

// People paste what a terminal or a header shows them.
export function bareToken(pasted) {
  return pasted.replace(/^\s*(authorization\s*:)?\s*((bearer|dpop)\s+)?/i, "").trim();
}
