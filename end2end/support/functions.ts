/** The app's server functions, read from its sources, so that a new one is tested the day it is written. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = fileURLToPath(new URL('../../app/src', import.meta.url));

export interface ServerFunction {
  /** Such as `/fn/create_link`. */
  url: string;
  /** Top folder of the sources: `admin`, `affiliate`, or empty. */
  portal: string;
  /** Arguments that can be read, with values of no meaning. */
  form: Record<string, string>;
}

/** Nobody has to be signed in for these. */
export const PUBLIC = [
  '/fn/start',
  '/fn/sign_in',
  '/fn/sign_out',
  '/fn/set_theme',
  // The second step of signing in: the password was given before.
  '/fn/code_wanted',
  '/fn/sign_in_code',
  // Behind links in letters: the secret of the link is the permission.
  '/fn/forgot_password',
  '/fn/reset_for',
  '/fn/reset_password',
  '/fn/invitation',
  '/fn/accept_invitation',
  '/fn/email_change',
  '/fn/confirm_email',
  // Becoming an affiliate, and what every page shows of the network.
  '/fn/brand',
  '/fn/sign_up_form',
  '/fn/sign_up',
  '/fn/sign_up_pending',
  '/fn/confirm_sign_up',
];

export function serverFunctions(): ServerFunction[] {
  const found: ServerFunction[] = [];
  for (const file of readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.rs'))) {
    const text = readFileSync(path.join(SOURCES, file), 'utf8');
    const declared = /#\[server\(([^\]]*)\)\]\s*(?:#\[[^\]]*\]\s*)*pub async fn \w+\(([\s\S]*?)\)\s*->/g;
    for (const [, attribute = '', parameters = ''] of text.matchAll(declared)) {
      const prefix = /prefix = "([^"]+)"/.exec(attribute)?.[1];
      const endpoint = /endpoint = "([^"]+)"/.exec(attribute)?.[1];
      if (!prefix || !endpoint) throw new Error(`${file}: a server function without a fixed address`);
      const top = file.split(path.sep)[0] ?? '';
      found.push({ url: `${prefix}/${endpoint}`, portal: top.endsWith('.rs') ? '' : top, form: argumentsOf(parameters) });
    }
  }
  return found;
}

function argumentsOf(parameters: string): Record<string, string> {
  const form: Record<string, string> = {};
  for (const [, name = '', type = ''] of parameters.replace(/#\[[^\]]*\]/g, '').matchAll(/(\w+)\s*:\s*([\w<>:]+)/g)) {
    if (type === 'String' || type === 'Option<String>') form[name] = 'x';
    else if (type.startsWith('Vec<')) form[`${name}[0]`] = 'x';
    else if (/^(u|i)\d+$/.test(type)) form[name] = '1';
    else if (type === 'bool') form[name] = 'false';
    else form[`${name}[name]`] = 'x';
  }
  return form;
}
