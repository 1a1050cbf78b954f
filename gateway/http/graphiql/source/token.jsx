// The place for the bearer token, with the sandbox's ready ones where the server gives them.

import { useId, useState } from "react";

import { bareToken } from "./token_store.js";

export function Token({ token, onUse, ready }) {
  const [draft, setDraft] = useState(token);
  const [shown, setShown] = useState(false);
  const field = useId();
  const use = (value) => {
    const bare = bareToken(value);
    setDraft(bare);
    onUse(bare);
  };
  const submit = (event) => {
    event.preventDefault();
    use(draft);
  };
  const changed = bareToken(draft) !== token;
  return (
    <form className="token" onSubmit={submit} autoComplete="off">
      <label htmlFor={field}>Token</label>
      <input
        id={field}
        type={shown ? "text" : "password"}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={() => changed && use(draft)}
        placeholder="paste a bearer token, then Enter"
        autoComplete="off"
        spellCheck={false}
        dir="ltr"
      />
      <button type="button" aria-pressed={shown} onClick={() => setShown(!shown)}>
        Show
      </button>
      {ready.length > 0 && <ReadyTokens ready={ready} token={token} onChoose={use} />}
      <output className="token-state">{stateOf(token, changed)}</output>
    </form>
  );
}

function ReadyTokens({ ready, token, onChoose }) {
  const chosen = ready.some((one) => one.token === token) ? token : "";
  return (
    <select aria-label="Ready sandbox tokens" value={chosen} onChange={(event) => onChoose(event.target.value)}>
      <option value="">{chosen ? "without a token" : "ready tokens…"}</option>
      {ready.map((one) => (
        <option key={one.caller} value={one.token}>
          {one.caller}
        </option>
      ))}
    </select>
  );
}

function stateOf(token, changed) {
  if (changed) return "press Enter to use it";
  return token ? "sent with each request" : "no token is sent";
}
