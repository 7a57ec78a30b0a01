/** A list: its URL is its whole state. */
import type { Locator } from '@playwright/test';
import { Portal } from './portal.ts';

export class ListPage extends Portal {
  /** The table that is filtered and paged; detail tables have no pager. */
  get card(): Locator {
    return this.main.locator('section.tbl').filter({ has: this.page.getByRole('table') }).first();
  }

  get rows(): Locator {
    return this.card.locator('tbody tr');
  }

  /** Names of the rows, in order. */
  async names(): Promise<string[]> {
    return this.rows.locator('th').evaluateAll((cells) =>
      cells.map((cell) => (cell.querySelector('.what')?.textContent ?? cell.textContent ?? '').trim()),
    );
  }

  /** The whole table as text, for comparing two states. */
  async text(): Promise<string[]> {
    return this.rows.evaluateAll((rows) =>
      rows.map((row) => (row instanceof HTMLElement ? row.innerText : '').replace(/\s+/g, ' ').trim()),
    );
  }

  /** `1–50 of 123` → 123. */
  async total(): Promise<number> {
    const text = await this.page.getByRole('navigation', { name: 'Pages' }).innerText();
    return Number((/of ([\d,]+)/.exec(text)?.[1] ?? '0').replaceAll(',', ''));
  }

  get search(): Locator {
    return this.main.getByRole('searchbox');
  }

  /** The select of a filter, by its key in the query. */
  filter(key: string): Locator {
    return this.main.locator(`form[role=search] select[name=${key}]`);
  }

  /** The menu of a filter that takes several values. */
  choices(key: string): Locator {
    return this.main.locator(`details[data-filter=${key}]`);
  }

  /** Ticks values of such a filter, and unticks the others. */
  async choose(key: string, ...values: string[]): Promise<void> {
    const menu = this.choices(key);
    await menu.locator('summary').click();
    for (const box of await menu.getByRole('checkbox').all()) {
      const value = (await box.getAttribute('value')) ?? '';
      await box.setChecked(values.includes(value));
    }
    await menu.locator('summary').click();
  }

  /** A menu above the table, unfolded. */
  async menu(label: string): Promise<Locator> {
    const menu = this.card.locator('details.menu-pop').filter({ has: this.page.locator('summary', { hasText: label }) });
    if ((await menu.getAttribute('open')) === null) await menu.locator('summary').first().click();
    return menu;
  }

  /** Headings of the columns, as they are read. */
  async headings(): Promise<string[]> {
    const all = await this.card.locator('thead th').allInnerTexts();
    return all.map((text) => text.replace(/[↓↑]/g, '').trim()).filter((text) => text !== 'Actions' && text !== 'Select');
  }

  /** Cells of the totals: label first, one line a currency. */
  async totals(): Promise<string[][]> {
    return this.card.locator('tfoot tr').evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll(':scope > :not(.select)')].map((cell) => (cell.textContent ?? '').trim())),
    );
  }

  async sendFilters(): Promise<void> {
    await this.main.getByRole('search').getByRole('button', { name: 'Filter' }).click();
  }

  /** The link in the header of a column. */
  header(label: string): Locator {
    return this.card.locator('thead th').filter({ has: this.page.getByRole('link', { name: label }) });
  }

  get sorted(): Locator {
    return this.page.locator('th[aria-sort]');
  }

  get period(): Locator {
    return this.page.locator('select[name=period]').first();
  }
}
