/** The database behind the server under test, for what neither a page nor a command can do: as its owner, with `psql`. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { world } from './world.ts';

/** Runs statements; answers what the last one found, fields divided by `|`. */
export async function sql(statements: string): Promise<string> {
  const home = path.dirname(world().logFile);
  const state = JSON.parse(await readFile(path.join(home, 'services.json'), 'utf8')) as {
    database_url?: string;
    postgres_pid?: number;
  };
  if (!state.database_url) throw new Error('the server runs no database of its own');
  const args = [state.database_url, '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c', statements];
  const { stdout } = await promisify(execFile)(await psql(state.postgres_pid), args, { timeout: 20_000 });
  return stdout.trim();
}

/** The one that came with the running Postgres, or else the one in the path. */
async function psql(pid = 0): Promise<string> {
  const server = await readlink(`/proc/${pid}/exe`).catch(() => '');
  const beside = path.join(path.dirname(server), 'psql');
  return server && existsSync(beside) ? beside : 'psql';
}

/** A lead buyer; answers its id. */
export async function newBuyer(name: string): Promise<string> {
  const id = BigInt(Date.now() - EPOCH_MS) * (1n << 22n) + BigInt(Math.floor(Math.random() * (1 << 22)));
  await sql(`INSERT INTO buyers (id, name, created_at, updated_at) VALUES (${id}, '${name.replaceAll("'", "''")}', now(), now())`);
  return shown('buy', id);
}

/** The zero of the time in ids: the first moment of 2024. */
const EPOCH_MS = Date.UTC(2024, 0, 1);
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';

/** An id as people see it: 64 bits as thirteen letters, the last padded with a zero bit. */
function shown(prefix: string, id: bigint): string {
  const bits = `${id.toString(2).padStart(64, '0')}0`;
  return `${prefix}_${(bits.match(/.{5}/g) ?? []).map((five) => LETTERS[parseInt(five, 2)]).join('')}`;
}

/** The number behind a shown id. */
export function numberOf(id: string): bigint {
  const letters = id.split('_').at(-1) ?? '';
  const bits = [...letters].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return BigInt(`0b${bits.slice(0, 64)}`);
}

/**
 * Makes every reading of a table fail for one affiliate while `during` runs: the server is well, and one of its answers
 * is an error. Nobody else notices.
 */
export async function failingFor(affiliate: string, table: string, during: () => Promise<void>): Promise<void> {
  const number = numberOf(affiliate);
  const name = `fails_${number}`;
  await sql(`
    CREATE FUNCTION ${name}() RETURNS boolean LANGUAGE plpgsql STABLE AS $$
    BEGIN
      IF asking_realm() = 'affiliate' AND asking_owner() = ${number} THEN RAISE EXCEPTION 'made to fail by a test'; END IF;
      RETURN true;
    END $$;
    CREATE POLICY ${name} ON ${table} AS RESTRICTIVE FOR SELECT USING ((SELECT ${name}()))`);
  try {
    await during();
  } finally {
    await sql(`DROP POLICY ${name} ON ${table}; DROP FUNCTION ${name}()`);
  }
}
