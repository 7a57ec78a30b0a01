/** What every test knows of the running server and its demo network. */

export interface Login {
  role: string;
  email: string;
  password: string;
}

export interface DemoLink {
  code: string;
  campaign_id: string;
  affiliate_id: string;
  goal: string;
  url: string;
}

/** From `millrace seed --demo --json`. */
export interface Demo {
  logins: Login[];
  links: DemoLink[];
}

export interface World {
  consoleUrl: string;
  edgeUrl: string;
  opsUrl: string;
  logFile: string;
  demo: Demo;
}

const VARIABLE = 'MILLRACE_TEST_WORLD';

/** Hands the world to the workers, which inherit the environment. */
export function publish(world: World): void {
  process.env[VARIABLE] = JSON.stringify(world);
}

let known: World | undefined;

export function world(): World {
  if (!known) {
    const text = process.env[VARIABLE];
    if (!text) throw new Error('the server was not started by the global setup');
    known = JSON.parse(text) as World;
  }
  return known;
}

/** People of the demo network. `affiliate` and `affiliate2` work for two different affiliates. */
export type Who = 'admin' | 'manager' | 'finance' | 'affiliate' | 'affiliate2';

export function loginOf(who: Who): Login {
  const role = { admin: 'admin', manager: 'affiliate_manager', finance: 'finance', affiliate: 'affiliate', affiliate2: 'affiliate' }[who];
  const found = world()
    .demo.logins.filter((login) => login.role === role)
    .sort((a, b) => a.email.localeCompare(b.email))[who === 'affiliate2' ? 1 : 0];
  if (!found) throw new Error(`the demo network has no login for ${who}`);
  return found;
}

let counter = 0;

/** A word that no other test uses, so that tests can share the server. */
export function unique(prefix: string): string {
  counter += 1;
  return `${prefix} ${process.pid.toString(36)}${Date.now().toString(36)}${counter}`;
}
