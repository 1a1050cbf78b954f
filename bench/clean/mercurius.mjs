// Mercurius on the clean upstream, to which Hive Gateway is compared.
import { readFileSync } from 'node:fs';
import { XMLParser } from 'fast-xml-parser';
import Fastify from 'fastify';
import mercurius from 'mercurius';
import { Agent, request } from 'undici';

const { BENCH_UPSTREAM, PORT } = process.env;
const dispatcher = new Agent({ connections: 200, pipelining: 1 });
const xml = new XMLParser({
  ignoreAttributes: true, removeNSPrefix: true, parseTagValue: false, ignoreDeclaration: true,
  isArray: (name) => name === 'Person' || name === 'Family' || name === 'Dependent',
});

async function soap(operation, ids) {
  const keys = ids.map((id) => `<NationalId>${id}</NationalId>`).join('');
  const body = '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">' +
    `<soap:Body><${operation} xmlns="urn:registry">${keys}</${operation}></soap:Body></soap:Envelope>`;
  const answer = await request(`${BENCH_UPSTREAM}/registry`, { method: 'POST', body, headers: { 'content-type': 'text/xml' }, dispatcher });
  return xml.parse(await answer.body.text()).Envelope.Body[`${operation}Response`];
}
const inOrder = (ids, found) => ids.map((id) => found.get(id) ?? null);
const persons = async (ids) => inOrder(ids, new Map((await soap('GetPersons', ids)).Person.map((row) => [row.NationalId, row])));
const dependents = async (ids) => inOrder(ids, new Map((await soap('GetDependents', ids)).Family.map((row) => [row.HeadNationalId, row.Dependent])));
async function unemployment(ids) {
  const answer = await request(`${BENCH_UPSTREAM}/labour/unemployment?ids=${ids.join(',')}`, { dispatcher });
  return inOrder(ids, new Map((await answer.body.json()).map((row) => [row.nationalId, row])));
}

const by = (ask) => (queries) => ask(queries.map(({ obj }) => obj.NationalId));
const app = Fastify({ logger: false });
app.register(mercurius, {
  schema: readFileSync(new URL('./clean.graphql', import.meta.url), 'utf8'),
  jit: 1,
  graphiql: false,
  resolvers: {
    Query: { person: async (_, { nationalId }) => (await persons([nationalId]))[0], persons: (_, { nationalIds }) => persons(nationalIds) },
  },
  loaders: { Person: { dependents: by(dependents), unemployment: by(unemployment) } },
});
await app.listen({ port: Number(PORT), host: '127.0.0.1' });
