import { defineConfig } from '@graphql-hive/gateway';
export const gatewayConfig = defineConfig({
  host: '127.0.0.1', port: Number(process.env.PORT), logging: 'warn', graphiql: false, landingPage: false, jit: true,
});
