// The twin's wires as the Node peers speak them: batch functions, keys in, rows out (python/wires.py says the same).
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { XMLParser } from 'fast-xml-parser';
import pg from 'pg';
import { Agent, request } from 'undici';
import { code, folded, jalali, texts } from './legacy.mjs';

const shared = (name) => readFileSync(new URL(`./shared/${name}`, import.meta.url), 'utf8');
const SQL = Object.fromEntries(['contributions', 'dependents', 'debts', 'directory'].map((name) => [name, shared(`${name}.sql`)]));
const twin = JSON.parse(readFileSync(process.env.BENCH_TWIN, 'utf8'));
const { civil_registry: registry, bank_refah: bank, labour_ministry: ministry, branch_databases: databases } = twin;

const RECORDS = 24, CONNECTIONS = 8, BANK_ENTRIES = 50, BANK_PAGE = 200, MINISTRY_CODES = 100, MINISTRY_PAGE = 100;
const GENDERS = { 0: 'FEMALE', 1: 'MALE' };
const LIFE = { 0: 'ALIVE', 1: 'DECEASED' };
const KINDS = ['COMPULSORY', 'VOLUNTARY', 'SELF_EMPLOYED', 'STUDENT', 'HOUSEWIFE', 'UNEMPLOYED'];
const RELATIONS = { '01': 'WIFE', '02': 'HUSBAND', '03': 'SON', '04': 'DAUGHTER', '05': 'FATHER', '06': 'MOTHER' };
const STAGES = { '01': 'NOTICED', '02': 'WARNED', '03': 'FINAL', '04': 'EXECUTION_ORDER', '05': 'ENFORCEMENT' };

const dispatcher = new Agent({ connections: 200, pipelining: 1 });
const xml = new XMLParser({ ignoreAttributes: true, removeNSPrefix: true, parseTagValue: false, ignoreDeclaration: true });
const account = (user, password) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const base64 = (text) => folded(Buffer.from(text ?? '', 'base64').toString('utf8')) || null;
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

async function post(url, body, headers) {
  const answer = await request(url, { method: 'POST', body, headers, dispatcher });
  if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
  return answer.body;
}

const REGISTRY_HEADERS = {
  'content-type': 'text/xml; charset=utf-8', soapaction: '"urn:mediate"', authorization: account(registry.username, registry.password),
};

async function person(id) {
  const body =
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:est="http://est"><soapenv:Body>' +
    `<est:getEstelam3><arg4><nin>${Number(id)}</nin><birthDate>0</birthDate></arg4></est:getEstelam3></soapenv:Body></soapenv:Envelope>`;
  const answer = await post(registry.url, body, REGISTRY_HEADERS);
  const said = xml.parse(await answer.text()).Envelope.Body.getEstelam3Response.return;
  if (!said.name) return null;
  return {
    nationalId: id, firstName: base64(said.name), lastName: base64(said.family), fatherName: base64(said.fatherName),
    birthDate: jalali(said.birthDate), gender: GENDERS[said.gender] ?? 'UNKNOWN', lifeStatus: LIFE[said.deathStatus] ?? 'UNKNOWN',
    issuePlace: base64(said.officeName),
  };
}

const pieces = (ids, size) => Array.from({ length: Math.ceil(ids.length / size) }, (_, at) => ids.slice(at * size, (at + 1) * size));

async function receipts(payers) {
  const rows = [];
  for (let page = 1; ; page++) {
    const body = JSON.stringify({ payers, page, pageSize: BANK_PAGE });
    const moment = String(Math.floor(Date.now() / 1000));
    const signed = `POST\n/v1/receipts/query\n${moment}\n${createHash('sha256').update(body).digest('hex')}`;
    const answer = await post(`${bank.url}/v1/receipts/query`, body, {
      'content-type': 'application/json', 'x-refah-client': bank.client_id, 'x-refah-time': moment,
      'x-refah-signature': createHmac('sha256', bank.secret).update(signed).digest('hex'),
    });
    const said = await answer.json();
    rows.push(...said.receipts);
    if (rows.length >= said.total) return rows;
  }
}

const payment = (row) => ({
  identifier: row.paymentIdentifier, state: row.state, amount: String(row.amount), traceNumber: code(row.traceNo),
  confirmedAt: row.confirmedAt ? `${new Date(row.confirmedAt).toISOString().slice(0, 19)}Z` : null,
});
const moment = (row) => `${row.paidDate}${row.paidTime}${row.paymentIdentifier}`;

async function payments(ids) {
  const found = new Map(ids.map((id) => [id, new Map()]));
  for (const piece of pieces(ids, BANK_ENTRIES)) {
    for (const row of await receipts(piece)) {
      const mine = found.get(row.payer.padStart(10, '0'));
      if (!mine.has(row.paymentIdentifier)) mine.set(row.paymentIdentifier, row);
    }
  }
  return ids.map((id) => [...found.get(id).values()].sort((a, b) => compare(moment(b), moment(a))).map(payment));
}

let token = '', tokenEnds = 0;
async function bearer() {
  if (Date.now() >= tokenEnds) {
    const answer = await post(`${ministry.url}/oauth2/token`, 'grant_type=client_credentials&scope=unemployment.read', {
      'content-type': 'application/x-www-form-urlencoded', authorization: account(ministry.client_id, ministry.client_secret),
    });
    const said = await answer.json();
    token = said.access_token;
    tokenEnds = Date.now() + (said.expires_in - 30) * 1000;
  }
  return token;
}

async function cases(nationalCodes) {
  const rows = [];
  for (let page = 1; ; page++) {
    const body = JSON.stringify({ nationalCodes, page, limit: MINISTRY_PAGE });
    const answer = await post(`${ministry.url}/api/v1/unemployment-cases/search`, body, {
      'content-type': 'application/json', authorization: `Bearer ${await bearer()}`,
    });
    const { data } = await answer.json();
    rows.push(...data.list);
    if (rows.length >= data.total) return rows;
  }
}

function newest(rows) {
  if (rows.length === 0) return null;
  const last = rows.reduce((a, b) => (compare([a.registeredAt || 0, a.trackingCode].join(), [b.registeredAt || 0, b.trackingCode].join()) > 0 ? a : b));
  return {
    stage: last.stage, approval: last.approval, lostJobOn: jalali(last.jobLossDate),
    drawnMonths: rows.reduce((sum, row) => sum + row.paidMonths, 0),
  };
}

async function unemployment(ids) {
  const found = new Map(ids.map((id) => [id, new Map()]));
  for (const piece of pieces(ids, MINISTRY_CODES)) {
    for (const row of await cases(piece)) found.get(row.natinoalCode.padStart(10, '0')).set(row.trackingCode, row);
  }
  return ids.map((id) => newest([...found.get(id).values()]));
}

const dsn = (url) => url.replace('postgresql+asyncpg://', 'postgresql://');
const pools = new Map(
  Object.entries(databases.branches).map(([branch, { url }]) => [branch, new pg.Pool({ connectionString: dsn(url), max: CONNECTIONS })]),
);
const branchesOf = new Map();
const directory = new pg.Client({ connectionString: dsn(databases.directory) });
await directory.connect();
for (const row of (await directory.query(SQL.directory)).rows) {
  const id = row.person.trim().padStart(10, '0');
  if (!branchesOf.has(id)) branchesOf.set(id, []);
  branchesOf.get(id).push(row.branch.trim());
}
await directory.end();

// Asks each branch that holds some of them, all at once; [order, row] by person.
async function ofBranches(name, ids, rowOf, ...more) {
  const holders = new Map();
  const found = new Map(ids.map((id) => [id, []]));
  for (const id of found.keys()) {
    for (const branch of branchesOf.get(id) ?? []) {
      if (!holders.has(branch)) holders.set(branch, []);
      holders.get(branch).push(id);
    }
  }
  await Promise.all([...holders].map(async ([branch, held]) => {
    const spelt = [...held, ...held.filter((id) => id[0] === '0').map((id) => id.replace(/^0+/, ''))];
    const { rows } = await pools.get(branch).query({ name, text: SQL[name], values: [spelt, ...more] });
    const { encoding } = databases.branches[branch];
    for (const row of rows) found.get(row.asked.trim().padStart(10, '0')).push(rowOf(row, branch, encoding));
  }));
  return found;
}

function byPlace([a], [b]) {
  for (let at = 0; at < a.length; at++) {
    const order = compare(a[at], b[at]);
    if (order !== 0) return order;
  }
  return 0;
}

const record = (row, branch, encoding) => [
  [-row.yyyymm, row.place, branch, Number(row.rec_id)],
  {
    month: `${Math.floor(row.yyyymm / 100)}-${String(row.yyyymm % 100).padStart(2, '0')}`, workshop: row.place || null,
    workshopName: texts([row.wsh_name], encoding)[0], kind: KINDS[row.kind], days: row.days, wage: row.wage,
  },
];
async function contributions(ids) {
  const found = await ofBranches('contributions', ids, record, RECORDS);
  return ids.map((id) => found.get(id).sort(byPlace).slice(0, RECORDS).map(([, row]) => row));
}

const debt = (row, branch) => [
  [-Number(code(row.order_date) ?? 0), branch, row.number],
  { number: row.number, stage: STAGES[row.step_code.trim()], amount: row.amount, remaining: row.remaining, issued: jalali(row.order_date) },
];
async function debts(ids) {
  const found = await ofBranches('debts', ids, debt);
  return ids.map((id) => found.get(id).sort(byPlace).map(([, row]) => row));
}

function dependent(row, branch, encoding) {
  const [firstName, lastName] = texts([row.fname, row.lname], encoding);
  const relation = row.bail_type.trim(), id = row.natcod.trim().padStart(10, '0');
  return [
    [relation, id, row.stat === 'A' ? 1 : 0, jalali(row.sdate) ?? '', branch],
    { nationalId: id, firstName, lastName, relation: RELATIONS[relation], birthDate: jalali(row.bdate) },
  ];
}
async function dependents(ids) {
  const found = await ofBranches('dependents', ids, dependent);
  // of one person in one relation the strongest row: the last in this order
  return ids.map((id) => [...new Map(found.get(id).sort(byPlace).map(([place, row]) => [place[0] + place[1], row])).values()]);
}

export const wires = {
  persons: (ids) => Promise.all(ids.map(person)), dependents, contributions, debts, payments, unemployment,
};
