/** What all pages of a portal have in common. */
import type { Locator, Page } from '@playwright/test';
import { hydrated } from '../support/test.ts';

export class Portal {
  constructor(
    readonly page: Page,
    /** Whether the browser runs scripts; without, nothing waits for them. */
    readonly scripts = true,
  ) {}

  get main(): Locator {
    return this.page.locator('#main');
  }

  get heading(): Locator {
    return this.page.getByRole('heading', { level: 1 });
  }

  /** Opens an address; answers the status of the document. */
  async open(address: string): Promise<number> {
    const answer = await this.page.goto(address);
    if (this.scripts) await hydrated(this.page);
    return answer?.status() ?? 0;
  }

  /** A line of the sidebar; some have a count behind the name. */
  place(name: string): Locator {
    return this.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: new RegExp(`^${name}( ?\\d+\\+? waiting)?$`) });
  }

  /** Opens what is behind the person in the top bar: account, theme, keyboard, signing out. */
  async openAccount(): Promise<Locator> {
    await this.page.getByRole('button', { name: 'Account', exact: true }).click();
    const menu = this.page.getByRole('dialog', { name: 'Account' });
    await menu.waitFor();
    return menu;
  }

  async signOut(): Promise<void> {
    const menu = await this.openAccount();
    await menu.getByRole('button', { name: 'Sign out' }).click();
    await this.page.waitForURL('**/login');
  }
}

/** Minor units of an amount as shown: `$1,234.50` is 123450, `−$6.00` is −600. An empty cell or a dash is 0. */
export function minor(text: string): number {
  const digits = text.replace(/[^0-9.]/g, '');
  if (digits === '') return 0;
  const value = Math.round(Number(digits) * 100);
  return /[−-]/.test(text) ? -value : value;
}
