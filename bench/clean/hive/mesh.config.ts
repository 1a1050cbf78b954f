import { readFileSync } from 'node:fs';
import { defineConfig } from '@graphql-mesh/compose-cli';
import { loadJSONSchemaSubgraph } from '@omnigraph/json-schema';
import { buildSchema } from 'graphql';

const UPSTREAM = process.env.BENCH_UPSTREAM;

const registry = () => ({
  name: 'Registry',
  schema$: buildSchema(readFileSync('./registry.graphql', 'utf8').replaceAll('UPSTREAM', UPSTREAM), { assumeValidSDL: true }),
});

export const composeConfig = defineConfig({
  subgraphs: [
    { sourceHandler: registry },
    {
      sourceHandler: loadJSONSchemaSubgraph('Labour', {
        endpoint: UPSTREAM,
        operations: [{
          type: 'Query', field: 'unemployments', method: 'GET', path: '/labour/unemployment',
          queryParamArgMap: { ids: 'ids' }, queryStringOptionsByParam: { ids: { arrayFormat: 'comma' } },
          argTypeMap: { ids: { type: 'array', items: { type: 'string' } } },
          responseSchema: './unemployment.schema.json',
        }],
      }),
    },
  ],
  additionalTypeDefs: /* GraphQL */ `
    extend type Person {
      family: Family @resolveTo(
        sourceName: "Registry" sourceTypeName: "Query" sourceFieldName: "GetDependents"
        keyField: "NationalId" keysArg: "GetDependents.NationalId" result: "Family" valueKeyField: "HeadNationalId")
      unemployment: Unemployment @resolveTo(
        sourceName: "Labour" sourceTypeName: "Query" sourceFieldName: "unemployments"
        keyField: "NationalId" keysArg: "ids" valueKeyField: "nationalId")
    }
    extend type Query {
      person(nationalId: String!): Person @resolveTo(
        sourceName: "Registry" sourceTypeName: "Query" sourceFieldName: "GetPersons"
        sourceArgs: { GetPersons: { NationalId: "{args.nationalId}" } } result: "Person[0]")
    }
  `,
});
