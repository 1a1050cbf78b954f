// The batch functions that each Node peer has: the wires alone, or behind facts kept in Redis (WARM=1), one MGET a batch.
import { readFileSync } from 'node:fs';
import { wires } from './wires.mjs';

const { env } = process;
export const PORT = Number(env.PORT);
export const SDL = readFileSync(new URL('./shared/schema.graphql', import.meta.url), 'utf8');

let redis;
if (env.WARM === '1') {
  const { Redis } = await import('ioredis');
  redis = new Redis(env.BENCH_REDIS, { enableAutoPipelining: true });
}

function remembered(kind, ask) {
  if (!redis) return ask;
  return async (ids) => {
    const kept = await redis.mget(ids.map((id) => `${kind}:${id}`));
    const missing = ids.filter((_, at) => kept[at] === null);
    const rows = kept.map((value) => (value === null ? null : JSON.parse(value)));
    if (missing.length) {
      const fresh = await ask(missing);
      const by = new Map(missing.map((id, at) => [id, fresh[at]]));
      await redis.mset([...by].flatMap(([id, row]) => [`${kind}:${id}`, JSON.stringify(row)]));
      ids.forEach((id, at) => { if (kept[at] === null) rows[at] = by.get(id); });
    }
    return rows;
  };
}

export const facts = Object.fromEntries(Object.entries(wires).map(([kind, ask]) => [kind, remembered(kind, ask)]));
