/** The program's commands, run against the server under test. */
import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Login, unique, world } from './world.ts';

/** Runs `millrace …` and answers what it printed. */
export async function millrace(...args: string[]): Promise<string> {
  const bin =
    process.env.MILLRACE_BIN ||
    path.join(process.env.CARGO_TARGET_DIR || path.join(homedir(), '.cache/millrace/target'), 'debug/millrace');
  const home = path.dirname(world().logFile);
  const { stdout } = await promisify(execFile)(bin, args, {
    cwd: home,
    env: { ...process.env, MILLRACE_HOME: home },
    timeout: 60_000,
  });
  return stdout;
}

/** Makes somebody who can sign in. `owner` is the account of a role that needs one. */
export async function newPerson(role: string, name: string, owner = ''): Promise<Login> {
  const email = `${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}@people.example`;
  const password = 'a long enough sentence';
  const args = ['user', 'create', '--email', email, '--name', name, '--role', role, '--password', password];
  await millrace(...args, ...(owner ? ['--owner', owner] : []));
  return { role, email, password };
}

/** An administrator of a test's own: which period somebody chose last is remembered, and others rely on what is shown first. */
export function reader(): Promise<Login> {
  return newPerson('admin', unique('Reader'));
}

/** Makes a key of the API: of the network, or of one affiliate. */
export async function newKey(name: string, affiliate = ''): Promise<string> {
  const args = ['api-key', 'create', '--name', name, '--scopes', 'all', '--json'];
  const text = await millrace(...args, ...(affiliate ? ['--affiliate', affiliate] : []));
  return (JSON.parse(text) as { key: string }).key;
}
