/** A page with a period, key figures and a chart. */
import type { Locator } from '@playwright/test';
import { Portal } from './portal.ts';

export class Report extends Portal {
  get period(): Locator {
    return this.page.locator('select[name=period]');
  }

  /** The button that opens the panel; it says days and zone. */
  get days(): Locator {
    return this.page.locator('.dates > summary');
  }

  get panel(): Locator {
    return this.page.locator('.dates .pop');
  }

  tile(key: string): Locator {
    return this.main.locator(`[data-metric="${key}"]`);
  }

  get chart(): Locator {
    return this.main.locator('figure.chart').first();
  }

  get plot(): Locator {
    return this.chart.locator('.plot');
  }

  get tooltip(): Locator {
    return this.page.getByRole('tooltip');
  }

  /** Rows of the chart as a table: time, value, previous value. */
  async table(): Promise<string[][]> {
    return this.chart
      .locator('.as-table tbody tr')
      .evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('th,td')].map((cell) => (cell.textContent ?? '').trim())));
  }

  /** Nothing is being loaded any more. */
  async settled(): Promise<void> {
    await this.page.locator('.load.pending').waitFor({ state: 'detached' });
  }
}
