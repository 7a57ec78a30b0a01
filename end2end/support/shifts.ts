/** A layout that jumps. */
import type { Page } from '@playwright/test';

/** From the next page on, jumps that nobody caused add up in `window.shift`. */
export async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const sum = window as unknown as { shift: number };
    sum.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
        if (!entry.hadRecentInput) sum.shift += entry.value;
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}
