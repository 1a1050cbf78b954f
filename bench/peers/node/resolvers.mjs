// DataLoader resolvers for Apollo Server and Yoga.
import DataLoader from 'dataloader';
import { facts } from './facts.mjs';

export const makeLoaders = () => Object.fromEntries(Object.entries(facts).map(([kind, ask]) => [kind, new DataLoader(ask)]));

const mine = (kind) => (person, _, { loaders }) => loaders[kind].load(person.nationalId);
export const resolvers = {
  Query: {
    person: (_, { nationalId }, { loaders }) => loaders.persons.load(nationalId),
    persons: (_, { nationalIds }, { loaders }) => loaders.persons.loadMany(nationalIds),
  },
  Person: {
    dependents: mine('dependents'), contributions: mine('contributions'), debts: mine('debts'), payments: mine('payments'),
    unemployment: mine('unemployment'),
  },
};
