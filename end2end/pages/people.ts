/** Pages about people, and the letters that go out to them. */
import { expect } from '../support/test.ts';
import { Form } from './forms.ts';
import { ListPage } from './list.ts';
import { Portal } from './portal.ts';

/** The letters, as the network's people see them. */
export class MailPage extends Portal {
  /** Opens the newest letter to an address, once it was sent. */
  async newestTo(address: string): Promise<void> {
    const list = new ListPage(this.page, this.scripts);
    await expect(async () => {
      await list.open(`/admin/mails?q=${encodeURIComponent(address)}&status=sent`);
      await expect(list.rows.first()).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: 20_000 });
    await list.rows.first().getByRole('link').first().click();
    await this.page.waitForURL(/\/admin\/mails\/mail_\w+/);
  }

  get text() {
    return this.main.locator('.mail-text');
  }

  /** Waits until the newest letter to an address says that. */
  async expectTo(address: string, words: string): Promise<void> {
    await expect(async () => {
      await this.newestTo(address);
      await expect(this.text).toContainText(words, { timeout: 1_000 });
    }).toPass({ timeout: 20_000 });
  }

  /** The link in the newest letter to an address whose way begins so. */
  async linkTo(address: string, way: string): Promise<string> {
    let found = '';
    await expect(async () => {
      await this.newestTo(address);
      found = new RegExp(`https?://\\S+(/${way}/[A-Za-z0-9_-]{43})`).exec(await this.text.innerText())?.[1] ?? '';
      expect(found, `a link to /${way} for ${address}`).not.toBe('');
    }).toPass({ timeout: 20_000 });
    return found;
  }
}

export class TeamPage extends ListPage {
  static readonly address = '/admin/team';

  /** The row of a person or an invitation. */
  row(email: string) {
    return this.main.getByRole('row').filter({ hasText: email });
  }
}

export class InviteForm extends Form {
  static readonly address = '/admin/team/invite';
  static readonly button = 'Send the invitation';
}
