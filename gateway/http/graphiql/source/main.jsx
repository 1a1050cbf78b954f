// The page: settings from the document, the bar with the token and the examples, and GraphiQL below it.

import { setNonce } from "get-nonce";
import { useEffect, useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { DOC_EXPLORER_PLUGIN, DocExplorerContextProvider } from "@graphiql/plugin-doc-explorer";
import { HISTORY_PLUGIN, HistoryContextProvider } from "@graphiql/plugin-history";
import { GraphiQL, GraphiQLInterface, GraphiQLProvider } from "graphiql";
import "graphiql/style.css";

import { Bar } from "./bar.jsx";
import { Examples } from "./examples.jsx";
import { fetcherFor } from "./fetcher.js";
import { personsPlugin } from "./persons.jsx";
import { SchemaNotice } from "./schema_notice.jsx";
import { Token } from "./token.jsx";
import { keepToken, keptCaller, keptToken } from "./token_store.js";
import "./page.css";

const settings = JSON.parse(document.getElementById("settings").textContent);

// Dialogs add a <style> element while they are open; the policy of the page admits it by this nonce alone.
setNonce(document.getElementById("settings").nonce);

const PERSONS = settings.persons.length ? [personsPlugin(settings.persons)] : [];
const PLUGINS = [DOC_EXPLORER_PLUGIN, HISTORY_PLUGIN, ...PERSONS];
const NO_LOGO = <span />; // the original links to another host
const FIRST = settings.examples[0];

// GraphiQL 4.1 shows the query of its first default tab, and reads the variables from its storage alone.
if (FIRST && window.sessionStorage.getItem("graphiql:query") === null) {
  window.sessionStorage.setItem("graphiql:variables", FIRST.variables);
}

// The side panel is a third of the window otherwise, and the query is what people came for.
if (window.sessionStorage.getItem("graphiql:docExplorerFlex") === null) {
  window.sessionStorage.setItem("graphiql:docExplorerFlex", "0.27");
}

function Page() {
  const [token, setToken] = useState(keptToken);
  const [caller, setCaller] = useState(keptCaller);
  // A new fetcher makes GraphiQL ask for the schema again: another caller may see another one.
  const fetcher = useMemo(() => fetcherFor(settings.endpoint, token), [token]);
  const useToken = (value, whose) => {
    keepToken(value, whose);
    setToken(value);
    setCaller(whose);
  };
  return (
    <GraphiQLProvider
      fetcher={fetcher}
      plugins={PLUGINS}
      referencePlugin={DOC_EXPLORER_PLUGIN}
      visiblePlugin={PERSONS[0]}
      defaultTabs={FIRST && [{ query: FIRST.query, variables: FIRST.variables }]}
      storage={window.sessionStorage}
      schemaDescription
      inputValueDeprecation
    >
      <HistoryContextProvider>
        <DocExplorerContextProvider>
          <Bar>
            <Token token={token} caller={caller} onUse={useToken} settings={settings} />
            <Examples examples={settings.examples} />
          </Bar>
          <SchemaNotice hasToken={token !== ""} />
          <Workbench />
        </DocExplorerContextProvider>
      </HistoryContextProvider>
    </GraphiQLProvider>
  );
}

// GraphiQL 4.1 decides at its first rendering whether the side panel is open, and learns only after it which one to show.
function Workbench() {
  const [ready, setReady] = useState(false);
  useEffect(() => setReady(true), []);
  return (
    <main className="workbench">
      {ready && (
        <GraphiQLInterface defaultEditorToolsVisibility="variables" showPersistHeadersSettings={false}>
          <GraphiQL.Logo>{NO_LOGO}</GraphiQL.Logo>
        </GraphiQLInterface>
      )}
    </main>
  );
}

createRoot(document.getElementById("page")).render(<Page />);
