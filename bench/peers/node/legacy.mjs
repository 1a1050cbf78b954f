// What the legacy systems write, read as short as a peer's author would: texts, dates, codes (python/legacy.py says the same).
import { readFileSync } from 'node:fs';

const HERE = new URL('./shared/', import.meta.url);
const IRAN_SYSTEM = new Array(256).fill('\uFFFD');
for (let byte = 0x20; byte < 0x7f; byte++) IRAN_SYSTEM[byte] = String.fromCharCode(byte);
for (const [byte, text] of Object.entries(JSON.parse(readFileSync(new URL('iran_system.json', HERE), 'utf8')))) IRAN_SYSTEM[Number(byte)] = text;

const LETTERS = { ي: 'ی', ى: 'ی', ك: 'ک', 'ـ': '' };
for (let digit = 0; digit < 10; digit++) {
  LETTERS[String.fromCharCode(0x660 + digit)] = String(digit);
  LETTERS[String.fromCharCode(0x6f0 + digit)] = String(digit);
}
const EMPTY = new Set(['', '0', '00000000', 'null']);
const cp1256 = new TextDecoder('windows-1256');
const kept = new Map();

export const folded = (text) => text.replace(/[يىكـ٠-٩۰-۹]/g, (c) => LETTERS[c]).trim().split(/\s+/).join(' ');

const onlyInCp1256 = (piece) => piece !== null && piece.some((byte) => byte >= 0xb0 && byte < 0xdf);
const ascii = (piece) => piece.every((byte) => byte < 0x80);

function text(piece, isCp1256) {
  if (piece === null) return null;
  let end = piece.length;
  while (end > 0 && (piece[end - 1] === 0x20 || piece[end - 1] === 0)) end--;
  const raw = piece.subarray(0, end);
  let read;
  if (isCp1256 || ascii(raw)) {
    read = cp1256.decode(raw);
  } else {
    let shown = '';
    for (let at = raw.length - 1; at >= 0; at--) shown += IRAN_SYSTEM[raw[at]];
    read = shown.replace(/[0-9A-Za-z]+(?:[./,:][0-9A-Za-z]+)*/g, (run) => [...run].reverse().join(''));
  }
  const out = folded(read);
  return EMPTY.has(out) ? null : out;
}

// The texts of one row, which share their code page.
export function texts(pieces, declared) {
  let key = declared;
  for (const piece of pieces) key += `\n${piece === null ? '' : piece.latin1Slice()}`;
  let out = kept.get(key);
  if (out === undefined) {
    const isCp1256 = declared === 'cp1256' || pieces.some(onlyInCp1256);
    out = pieces.map((piece) => text(piece, isCp1256));
    if (kept.size < 50000) kept.set(key, out);
  }
  return out;
}

export function code(value) {
  const out = (value ?? '').trim();
  return out === 'null' || /^0*$/.test(out) ? null : out;
}

// A packed date as 1399-09-22, 1399-09 or 1399.
export function jalali(value) {
  let out = code(value == null ? null : String(value));
  if (out === null) return null;
  if (out.length === 6) out = (out.slice(0, 2) <= '49' ? '14' : '13') + out;
  const year = out.slice(0, 4), month = out.slice(4, 6), day = out.slice(6);
  if (month === '00') return year;
  return day === '00' ? `${year}-${month}` : `${year}-${month}-${day}`;
}
