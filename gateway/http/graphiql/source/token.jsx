// The place for the token, with the sandbox's callers where the server has ready tokens for them.

import { useId, useState } from "react";

import { isBound } from "./proof.js";
import { readyToken } from "./ready_token.js";
import { bareToken } from "./token_store.js";

export function Token({ token, caller, onUse, settings }) {
  const [draft, setDraft] = useState(token);
  const [shown, setShown] = useState(false);
  const [trouble, setTrouble] = useState("");
  const field = useId();
  const use = (value, whose = "") => {
    const bare = bareToken(value);
    setDraft(bare);
    setTrouble("");
    onUse(bare, whose);
  };
  const choose = async (whose) => {
    try {
      use(whose && (await readyToken(whose, settings)), whose);
    } catch (error) {
      setTrouble(`no token: ${error.message}`);
    }
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
        placeholder="paste a token, then Enter"
        autoComplete="off"
        spellCheck={false}
        dir="ltr"
      />
      <button type="button" aria-pressed={shown} onClick={() => setShown(!shown)}>
        Show
      </button>
      {settings.callers.length > 0 && <ReadyTokens callers={settings.callers} chosen={caller} onChoose={choose} />}
      <output className="token-state">{trouble || stateOf(token, changed)}</output>
    </form>
  );
}

function ReadyTokens({ callers, chosen, onChoose }) {
  return (
    <select aria-label="Ready sandbox tokens" value={chosen} onChange={(event) => onChoose(event.target.value)}>
      <option value="">{chosen ? "without a token" : "ready tokens…"}</option>
      {callers.map((one) => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </select>
  );
}

function stateOf(token, changed) {
  if (changed) return "press Enter to use it";
  if (!token) return "no token is sent";
  return isBound(token) ? "sent with each request, with a proof of the key" : "sent with each request";
}
