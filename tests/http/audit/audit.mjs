// Runs all checks of graphql-http's audit against URL and prints them as JSON: [{ id, name, status, reason }].
// Usage: node audit.mjs URL [TOKEN]
import { serverAudits } from 'graphql-http';

const [url, token] = process.argv.slice(2);

const fetchFn = (input, init = {}) => {
  const headers = new Headers(init.headers);
  if (token) headers.set('authorization', `Bearer ${token}`);
  return fetch(input, { ...init, headers });
};

const results = [];
for (const audit of serverAudits({ url, fetchFn })) {
  const { id, name, status, reason } = await audit.fn();
  results.push({ id, name, status, reason });
}
process.stdout.write(JSON.stringify(results));
