/** The public sign-up pages, and the queues behind them. */
import type { Locator } from '@playwright/test';
import { Form } from './forms.ts';
import { ListPage } from './list.ts';

export class SignUpPage extends Form {
  static readonly address = '/signup';
  static readonly button = 'Apply';

  /** Opens the form and waits until a person could have filled it in. */
  async openAsPerson(): Promise<number> {
    const status = await this.open(SignUpPage.address);
    await this.page.waitForTimeout(2_200);
    return status;
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
