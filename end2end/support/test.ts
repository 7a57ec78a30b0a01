/** The test function of all specs: opens pages as somebody, and fails a test whose pages complain in the console. */
import {
  type APIRequestContext,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
  type PlaywrightWorkerArgs,
  expect,
  test as base,
} from '@playwright/test';
import { type Login, type Who, loginOf, world } from './world.ts';

/** Ten minutes after a sign-in some forms ask for the password again; no test is to come near that. */
const PROVEN_FOR_MS = 5 * 60_000;

/** `SLOW=200`: every request takes that many milliseconds more and every page computes four times as long. */
const SLOW_MS = Number(process.env.SLOW ?? 0);

type Session = Awaited<ReturnType<APIRequestContext['storageState']>>;

export interface VisitOptions extends BrowserContextOptions {
  /** Cookie with the chosen theme. */
  theme?: 'light' | 'dark';
  /** Messages that are meant to appear, such as the browser's note of a 404. */
  tolerate?: RegExp;
}

interface Fixtures {
  /** Opens a page of the portal in a context of its own; `null` is nobody. */
  visit: (who: Who | Login | null, options?: VisitOptions) => Promise<Page>;
  /** Sends requests without a browser. Redirects are not followed unless asked for. */
  api: (who: Who | Login | null, headers?: Record<string, string>) => Promise<APIRequestContext>;
}

interface WorkerFixtures {
  sessionOf: (who: Who | Login) => Promise<Session>;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  sessionOf: [
    async ({ playwright }, use) => {
      const known = new Map<string, { session: Promise<Session>; since: number }>();
      await use((who) => {
        const login = typeof who === 'string' ? loginOf(who) : who;
        const before = known.get(login.email);
        if (before && Date.now() - before.since < PROVEN_FOR_MS) return before.session;
        const session = signIn(playwright, login);
        known.set(login.email, { session, since: Date.now() });
        return session;
      });
    },
    { scope: 'worker' },
  ],

  visit: async ({ browser, sessionOf }, use) => {
    const contexts: BrowserContext[] = [];
    const complaints: string[] = [];
    await use(async (who, { theme, tolerate, ...options } = {}) => {
      const context = await browser.newContext({
        baseURL: world().consoleUrl,
        ...(who === null ? {} : { storageState: await sessionOf(who) }),
        ...options,
      });
      contexts.push(context);
      if (theme) await context.addCookies([{ name: 'theme', value: theme, url: world().consoleUrl }]);
      const complain = (text: string) => {
        if (!tolerate?.test(text)) complaints.push(text);
      };
      if (SLOW_MS > 0) await slowDown(context);
      context.on('page', (page) => {
        page.on('pageerror', (error) => complain(`${page.url()}: ${error}`));
        page.on('console', (message) => {
          // A test of the settings changes the logo; a page opened before may ask for the one that is gone.
          const logo = message.location().url.includes('/brand/logo');
          if (message.type() === 'error' && !logo) complain(`${page.url()}: ${message.text()}`);
        });
        page.on('response', (answer) => {
          if (answer.status() >= 500) complain(`${answer.url()}: ${answer.status()}`);
        });
        page.on('requestfailed', (request) => {
          // A navigation breaks off what the page before was still loading; without JavaScript no script is loaded.
          const why = request.failure()?.errorText ?? '';
          const meant = why === 'net::ERR_ABORTED' || (options.javaScriptEnabled === false && why === 'csp');
          if (!meant) complain(`${request.url()}: ${why}`);
        });
      });
      return context.newPage();
    });
    for (const context of contexts) await context.close();
    expect(complaints, 'what the browser complained about').toEqual([]);
  },

  api: async ({ playwright, sessionOf }, use) => {
    const open: APIRequestContext[] = [];
    await use(async (who, headers = {}) => {
      const context = await playwright.request.newContext({
        baseURL: world().consoleUrl,
        maxRedirects: 0,
        extraHTTPHeaders: headers,
        ...(who === null ? {} : { storageState: await sessionOf(who) }),
      });
      open.push(context);
      return context;
    });
    for (const context of open) await context.dispose();
  },
});

/** Signs in as the login page does without JavaScript. */
async function signIn(playwright: PlaywrightWorkerArgs['playwright'], login: Login): Promise<Session> {
  const context = await playwright.request.newContext({ baseURL: world().consoleUrl });
  const answer = await context.post('/fn/sign_in', {
    form: { email: login.email, password: login.password, next: '' },
    headers: { accept: 'text/html' },
    maxRedirects: 0,
  });
  const to = answer.headers()['location'] ?? '';
  if (answer.status() !== 302 || !/^\/(admin|affiliate|advertiser|buyer)$/.test(to)) {
    throw new Error(`${login.email} could not sign in: ${answer.status()} ${to} ${await answer.text()}`);
  }
  const session = await context.storageState();
  await context.dispose();
  return session;
}

/** What a test reads too soon on a quick machine by luck, it reads too soon here for certain. */
async function slowDown(context: BrowserContext): Promise<void> {
  await context.route('**/*', async (route) => {
    await new Promise((done) => setTimeout(done, SLOW_MS));
    await route.continue().catch(() => undefined);
  });
  context.on('page', async (page) => {
    const browser = await context.newCDPSession(page);
    await browser.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  });
}

/** Waits until the browser code has taken over. */
export async function hydrated(page: Page): Promise<void> {
  await page.locator('html[data-hydrated]').waitFor({ state: 'attached' });
}

export { expect };
export type { APIRequestContext, Page };
