/** The frame around every page: command menu, keyboard, bell, live updates. */
import type { Locator, Page } from '@playwright/test';
import { Portal } from './portal.ts';

/** Counts what the server says to a page by its stream of events. To be made before the page is opened. */
export async function countWords(page: Page): Promise<() => number> {
  let words = 0;
  const browser = await page.context().newCDPSession(page);
  browser.on('Network.eventSourceMessageReceived', () => (words += 1));
  await browser.send('Network.enable');
  return () => words;
}

export class Frame extends Portal {
  get menu(): Locator {
    return this.page.getByRole('dialog', { name: 'Find anything' });
  }

  get menuField(): Locator {
    return this.menu.getByRole('combobox');
  }

  get options(): Locator {
    return this.menu.getByRole('option');
  }

  /** The option that Enter would open. */
  async chosen(): Promise<string> {
    const id = await this.menuField.getAttribute('aria-activedescendant');
    return id ? (await this.page.locator(`[id="${id}"] .command-title`).innerText()).trim() : '';
  }

  get keys(): Locator {
    return this.page.getByRole('dialog', { name: 'Keyboard' });
  }

  get bell(): Locator {
    return this.page.getByRole('button', { name: /^Notifications/ });
  }

  get bellPanel(): Locator {
    return this.page.getByRole('dialog', { name: 'Notifications' });
  }

  /** The count beside an entry of the sidebar. */
  async badge(entry: string): Promise<number> {
    const text = await this.place(entry).locator('.count').allInnerTexts();
    return Number(/\d+/.exec(text[0] ?? '')?.[0] ?? 0);
  }

  get freshness(): Locator {
    return this.page.locator('header.top .fresh');
  }

  get toasts(): Locator {
    return this.page.getByRole('region', { name: 'Messages' }).locator('.toast');
  }
}
