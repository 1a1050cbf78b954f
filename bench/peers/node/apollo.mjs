import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { PORT, SDL } from './facts.mjs';
import { makeLoaders, resolvers } from './resolvers.mjs';

const server = new ApolloServer({ typeDefs: SDL, resolvers, introspection: false });
await startStandaloneServer(server, { listen: { port: PORT, host: '127.0.0.1' }, context: async () => ({ loaders: makeLoaders() }) });
