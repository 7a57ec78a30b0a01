/** Pictures of every page: SCREENS=1 make e2e. They land in screenshots/, wide and narrow, light and dark. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Portal } from '../pages/portal.ts';
import { ADMIN, AFFILIATE, campaignOf, idsFor } from '../support/routes.ts';
import { test } from '../support/test.ts';
import type { Who } from '../support/world.ts';

const FOLDER = fileURLToPath(new URL('../screenshots', import.meta.url));
const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };

for (const theme of ['light', 'dark'] as const) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    test(`pictures, ${size} and ${theme}`, { tag: '@screens' }, async ({ visit, api }) => {
      test.setTimeout(240_000);
      const ids = await idsFor(await api('admin'));
      const own = { ...ids, campaign: await campaignOf(await api('affiliate')) };
      const places: [Who | null, string, string][] = [
        [null, 'login', '/login'],
        ...ADMIN.map((p): [Who, string, string] => ['admin', `admin-${p.name}`, p.path(ids)]),
        ['admin', 'admin-not-found', '/admin/nonsense'],
        ...AFFILIATE.map((p): [Who, string, string] => ['affiliate', `affiliate-${p.name}`, p.path(own)]),
      ];
      for (const who of [null, 'admin', 'affiliate'] as const) {
        const page = await visit(who, { viewport, theme, deviceScaleFactor: 1, tolerate: /status of 404/ });
        for (const [, name, address] of places.filter((place) => place[0] === who)) {
          await new Portal(page).open(address);
          await page.screenshot({ path: path.join(FOLDER, `${name}-${size}-${theme}.png`), fullPage: true });
        }
        if (who === 'admin' && size === 'narrow') {
          await new Portal(page).open('/admin');
          await page.getByRole('button', { name: 'Menu', exact: true }).click();
          await page.screenshot({ path: path.join(FOLDER, `admin-menu-${size}-${theme}.png`) });
        }
        if (who === 'admin') {
          await new Portal(page).open(`/admin/conversions/${ids.conversion}`);
          const reject = page.locator('summary', { hasText: 'Reject…' });
          if ((await reject.count()) > 0) {
            await reject.click();
            await page.screenshot({ path: path.join(FOLDER, `admin-reject-${size}-${theme}.png`) });
          }
        }
      }
    });
  }
}
