import Fastify from 'fastify';
import mercurius from 'mercurius';
import { PORT, SDL, facts } from './facts.mjs';

const by = (kind) => (queries) => facts[kind](queries.map(({ obj }) => obj.nationalId));
const app = Fastify({ logger: false });
app.register(mercurius, {
  schema: SDL,
  jit: 1,
  graphiql: false,
  resolvers: {
    Query: {
      person: async (_, { nationalId }) => (await facts.persons([nationalId]))[0],
      persons: (_, { nationalIds }) => facts.persons(nationalIds),
    },
  },
  loaders: {
    Person: {
      dependents: by('dependents'), contributions: by('contributions'), debts: by('debts'), payments: by('payments'),
      unemployment: by('unemployment'),
    },
  },
});
await app.listen({ port: PORT, host: '127.0.0.1' });
