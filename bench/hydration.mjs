// How long a first visit takes until the page answers: from the start of the navigation to `html[data-hydrated]`, with
// an empty HTTP cache, in Chromium. Prints the median, the fastest and the slowest.
// Usage: node bench/hydration.mjs http://127.0.0.1:3000 sid=… [/admin]
// Environment: BENCH_LOADS (10), CHROMIUM_BIN (/usr/bin/chromium).
import { createRequire } from 'node:module';

const { chromium } = createRequire(new URL('../end2end/package.json', import.meta.url))('playwright-core');

const [base, cookie, path = '/admin'] = process.argv.slice(2);
const loads = Number(process.env.BENCH_LOADS || 10);
if (!base || !cookie?.includes('=') || !(loads > 0)) {
  console.error('usage: node bench/hydration.mjs http://127.0.0.1:3000 sid=… [/admin]');
  process.exit(1);
}

/** Notes the moment in the page itself, so that no distance to the browser is measured along. */
function note() {
  new MutationObserver((_, observer) => {
    if (document.documentElement?.hasAttribute('data-hydrated')) {
      observer.disconnect();
      window.hydratedMs = performance.now();
    }
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-hydrated'] });
}

const [name, ...value] = cookie.split('=');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_BIN || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const times = [];
try {
  // One more than is counted: the first warms the browser and the server up.
  for (let load = 0; load <= loads; load += 1) {
    // A context of its own has a cache of its own.
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.addCookies([{ name, value: value.join('='), url: base }]);
    const page = await context.newPage();
    await page.addInitScript(note);
    const answer = await page.goto(base + path, { waitUntil: 'commit' });
    if (answer?.status() !== 200) throw new Error(`${path} answers ${answer?.status()}`);
    const ms = await page.waitForFunction(() => window.hydratedMs, undefined, { timeout: 60_000 });
    if (load > 0) times.push(await ms.jsonValue());
    await context.close();
  }
} finally {
  await browser.close();
}
times.sort((a, b) => a - b);
const middle = (times[Math.floor((times.length - 1) / 2)] + times[Math.ceil((times.length - 1) / 2)]) / 2;
const ms = (n) => `${Math.round(n)} ms`;
console.log(`  hydrated after ${ms(middle)} (median of ${times.length}, empty cache; ${ms(times[0])} to ${ms(times.at(-1))})`);
