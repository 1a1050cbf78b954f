// The slim bar above GraphiQL.

export function Bar({ children }) {
  return (
    <header className="bar">
      <h1>tamin-gateway</h1>
      {children}
    </header>
  );
}
