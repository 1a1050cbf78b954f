import { createServer } from 'node:http';
import { useGraphQlJit } from '@envelop/graphql-jit';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { createYoga } from 'graphql-yoga';
import { PORT, SDL } from './facts.mjs';
import { makeLoaders, resolvers } from './resolvers.mjs';

const yoga = createYoga({
  schema: makeExecutableSchema({ typeDefs: SDL, resolvers }),
  plugins: [useGraphQlJit()],
  context: () => ({ loaders: makeLoaders() }),
  graphiql: false, landingPage: false, logging: false,
});
createServer(yoga).listen(PORT, '127.0.0.1');
