import { defineConfig } from '@playwright/test';

/**
 * `make e2e` builds what these tests need and runs them. Settings from outside:
 *   MILLRACE_BIN   the server to test (default: the debug build in the compile cache)
 *   MILLRACE_SITE  folder of the stylesheet and the browser code (default: site/ of this checkout)
 *   CHROMIUM_BIN   the browser (default: /usr/bin/chromium)
 *   SCREENS=1      take pictures of every page into screenshots/ instead of testing
 */
const screens = Boolean(process.env.SCREENS);

export default defineConfig({
  testDir: './tests',
  outputDir: './test-results',
  globalSetup: './support/global-setup.ts',
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 7_000 },
  ...(screens ? { grep: /@screens/ } : { grepInvert: /@screens/ }),
  reporter: [['list'], ['./support/failures.ts']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    launchOptions: {
      executablePath: process.env.CHROMIUM_BIN || '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
