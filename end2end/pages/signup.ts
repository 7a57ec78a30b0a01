/** The public sign-up pages, and the queues behind them. */
import type { Locator } from '@playwright/test';
import { expect } from '../support/test.ts';
import { Form } from './forms.ts';
import { ListPage } from './list.ts';

/** A form that comes back sooner is refused. */
export const QUICKEST_MS = 2_000;

export class SignUpPage extends Form {
  static readonly address = '/signup';
  static readonly button = 'Apply';

  /** When the form was made, in milliseconds since 1970: it carries that with a tag. */
  private async madeAt(): Promise<number> {
    const stamp = await this.page.locator('input[name="draft[stamp]"]').inputValue();
    return Number(stamp.split('.')[0]);
  }

  /** Sends the form as soon as a person could have filled it in: before that it is taken for a program's. */
  async apply(): Promise<void> {
    await expect.poll(async () => Date.now() - (await this.madeAt())).toBeGreaterThan(QUICKEST_MS);
    await this.submit(SignUpPage.button);
  }

  /** Where the network has terms, which another test may have published a moment ago. */
  async acceptTerms(): Promise<void> {
    const box = this.page.locator('#f-accepted');
    if ((await box.count()) > 0) await box.check();
  }
}

export class ApplicationsPage extends ListPage {
  static readonly address = '/admin/applications';

  row(text: string): Locator {
    return this.main.getByRole('row').filter({ hasText: text });
  }
}
