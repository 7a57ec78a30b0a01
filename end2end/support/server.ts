/** The real server, with its private Postgres and Redis, in a home folder of its own. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Demo, World } from './world.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A debug build sends two weeks of demo traffic before it is ready. */
const READY_WITHIN_MS = 240_000;
const STOPPED_WITHIN_MS = 30_000;

export class Server {
  private constructor(
    readonly world: World,
    private readonly child: ChildProcess,
    private readonly exited: Promise<string>,
    private readonly home: string,
  ) {}

  /** Starts the server and waits until it is ready and the demo network is there. */
  static async start(): Promise<Server> {
    const bin =
      process.env.MILLRACE_BIN ||
      path.join(process.env.CARGO_TARGET_DIR || path.join(homedir(), '.cache/millrace/target'), 'debug/millrace');
    const site = path.resolve(process.env.MILLRACE_SITE || path.join(ROOT, 'site'));
    for (const needed of [bin, path.join(site, 'pkg/millrace.js')]) {
      if (!existsSync(needed)) throw new Error(`${needed} is missing; run these tests with: make e2e`);
    }
    // Paths of unix sockets are short, so this one has to be.
    const home = await mkdtemp('/tmp/mr-');
    const [console_, edge, ops] = await freePorts(3);
    const env: NodeJS.ProcessEnv = {
      ...foreignSettingsRemoved(process.env),
      MILLRACE_HOME: home,
      MILLRACE_SITE: site,
      MILLRACE__CONSOLE__LISTEN: `127.0.0.1:${console_}`,
      MILLRACE__EDGE__LISTEN: `127.0.0.1:${edge}`,
      MILLRACE__OPS__LISTEN: `127.0.0.1:${ops}`,
      MILLRACE__EDGE__LOOPS: '1',
      MILLRACE__SPOOL__SEGMENT_MB: '8',
      // All tests come from one address, and some try wrong keys by the hundred.
      MILLRACE__API__FAILURES_PER_MINUTE: '6000',
      MILLRACE__API__REQUESTS_PER_MINUTE: '6000',
    };
    const logFile = path.join(home, 'server.log');
    const log = openSync(logFile, 'w');
    // A group of its own: an interrupt typed at the terminal is for Playwright, whose teardown then stops the server.
    const child = spawn(bin, ['serve', '--seed-demo'], { cwd: home, env, stdio: ['ignore', log, log], detached: true });
    closeSync(log);
    const exited = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal ?? String(code)));
    });
    let ended: string | undefined;
    void exited.then((how) => (ended = how));
    const world: World = {
      consoleUrl: `http://127.0.0.1:${console_}`,
      edgeUrl: `http://127.0.0.1:${edge}`,
      opsUrl: `http://127.0.0.1:${ops}`,
      logFile,
      demo: { logins: [], links: [] },
    };
    const server = new Server(world, child, exited, home);
    try {
      await until(READY_WITHIN_MS, async () => {
        if (ended !== undefined) throw new Error(`the server ended while starting (${ended})`);
        const answer = await fetch(`${world.opsUrl}/readyz`).catch(() => undefined);
        return answer?.status === 200;
      });
      const { stdout } = await promisify(execFile)(bin, ['seed', '--demo', '--json'], { cwd: home, env, timeout: 60_000 });
      world.demo = JSON.parse(stdout) as Demo;
      if (world.demo.logins.length === 0 || world.demo.links.length === 0) {
        throw new Error(`seed --demo --json named no logins or no links: ${stdout}`);
      }
      return server;
    } catch (error) {
      await server.interrupt();
      throw new Error(`${error instanceof Error ? error.message : error}\n${await server.keepLog()}`);
    }
  }

  /** Interrupts the server, as Ctrl-C does; it has to end by itself, orderly, and take its services along. */
  async stop(): Promise<void> {
    const services = await this.servicePids();
    const how = await this.interrupt();
    const log = await this.log();
    const wrong: string[] = [];
    if (how !== '0') wrong.push(`the server was interrupted and ended with ${how} instead of 0`);
    const left = services.filter(alive);
    if (left.length > 0) wrong.push(`services were left running: ${left.join(', ')}`);
    const panics = [...log.matchAll(/^.*panicked.*\n.*$/gm)].map((match) => match[0]);
    if (panics.length > 0) wrong.push(`the server panicked ${panics.length} times:\n${panics.slice(0, 10).join('\n')}`);
    const kept = await this.keepLog();
    if (wrong.length > 0) throw new Error(`${wrong.join('\n')}\n${kept}`);
  }

  /** Removes the home; the log stays. Answers where it is and how it ends. */
  private async keepLog(): Promise<string> {
    const log = await this.log();
    const kept = path.join(ROOT, 'end2end/test-results/server.log');
    await mkdir(path.dirname(kept), { recursive: true });
    await copyFile(this.world.logFile, kept).catch(() => undefined);
    await rm(this.home, { recursive: true, force: true });
    return `the log is ${kept} and ends with:\n${log.slice(-2_000)}`;
  }

  /** Answers how the server ended: its exit code, or a word. */
  private async interrupt(): Promise<string> {
    this.child.kill('SIGINT');
    const timeout = new Promise<string>((resolve) => setTimeout(resolve, STOPPED_WITHIN_MS, 'timeout'));
    const how = await Promise.race([this.exited, timeout]);
    if (how === 'timeout') this.child.kill('SIGKILL');
    return how;
  }

  private async log(): Promise<string> {
    return readFile(this.world.logFile, 'utf8').catch(() => '');
  }

  private async servicePids(): Promise<number[]> {
    const text = await readFile(path.join(this.home, 'services.json'), 'utf8').catch(() => '{}');
    const state = JSON.parse(text) as { postgres_pid?: number | null; redis_pid?: number | null };
    return [state.postgres_pid, state.redis_pid].filter((pid): pid is number => typeof pid === 'number');
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Settings of the person who runs the tests are none of the tests'. */
function foreignSettingsRemoved(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign = (name: string) =>
    name.startsWith('MILLRACE_') || ['DATABASE_URL', 'REDIS_URL', 'RUST_LOG', 'LEPTOS_SITE_ROOT'].includes(name);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign(name)));
}

async function freePorts(count: number): Promise<number[]> {
  const holders = await Promise.all(
    Array.from({ length: count }, async () => {
      const holder = createServer();
      await new Promise<void>((resolve, reject) => {
        holder.once('error', reject);
        holder.listen(0, '127.0.0.1', resolve);
      });
      return holder;
    }),
  );
  const ports = holders.map((holder) => (holder.address() as { port: number }).port);
  await Promise.all(holders.map((holder) => new Promise((resolve) => holder.close(resolve))));
  return ports;
}

async function until(ms: number, done: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error(`not ready within ${ms / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
