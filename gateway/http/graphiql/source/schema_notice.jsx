// Says why there is no schema, and what to do about it.

import { useSchemaStore } from "@graphiql/react";

export function SchemaNotice({ hasToken }) {
  const { fetchError, schema, isFetching, introspect } = useSchemaStore();
  if (!fetchError || schema || isFetching) return null;
  return (
    <div className="notice" role="alert">
      <p>
        <strong>The schema could not be loaded.</strong>{" "}
        {hasToken
          ? "The gateway did not accept the request; the token may be expired or of another gateway."
          : "No token is sent. Paste one in the field “Token” above, or choose a ready one; “tamin-gateway token” makes one for the sandbox."}{" "}
        <span className="reason">{firstReason(fetchError)}</span>
      </p>
      <button type="button" onClick={() => introspect()}>
        Try again
      </button>
    </div>
  );
}

// GraphiQL keeps the whole answer as text; its first error says it best.
function firstReason(fetchError) {
  try {
    const { errors, message } = JSON.parse(fetchError);
    return errors?.[0]?.message ?? message ?? "";
  } catch {
    return fetchError;
  }
}
