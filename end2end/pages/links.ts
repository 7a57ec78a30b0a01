/** The network's links. */
import type { Locator } from '@playwright/test';
import { expect } from '../support/test.ts';
import { ListPage } from './list.ts';

export class LinksPage extends ListPage {
  /** Opens the list with one link only. */
  async openOne(id: string): Promise<void> {
    await this.open(`/admin/links?q=${id}`);
    await expect(this.rows).toHaveCount(1);
  }

  /** The switch of a link, by its code. */
  toggle(code: string): Locator {
    return this.main.getByRole('switch', { name: `Active: Link /c/${code} ` });
  }

  /** What the list says of the first link. */
  get status(): Locator {
    return this.rows.first().locator('.badge');
  }
}
