// Where the token is kept: in this tab alone, and gone with it.

const KEY = "tamin:token";

export function keptToken() {
  return window.sessionStorage.getItem(KEY) ?? "";
}

export function keepToken(token) {
  if (token) window.sessionStorage.setItem(KEY, token);
  else window.sessionStorage.removeItem(KEY);
}

// People paste what a terminal or a header shows them.
export function bareToken(pasted) {
  return pasted.replace(/^\s*(authorization\s*:)?\s*(bearer\s+)?/i, "").trim();
}
