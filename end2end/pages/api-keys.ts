/** The pages of API keys, in both portals. */
import type { Locator, Page } from '@playwright/test';
import { Form } from './forms.ts';
import { Portal } from './portal.ts';

type Home = '/admin' | '/affiliate';

export class NewApiKeyPage extends Form {
  constructor(
    page: Page,
    private readonly home: Home,
    scripts = true,
  ) {
    super(page, scripts);
  }

  private get boxes(): Locator {
    return this.main.locator('input[type="checkbox"][name="draft[scopes][]"]');
  }

  async openForm(): Promise<void> {
    await this.open(`${this.home}/api-keys/new`);
  }

  /** Words of the scopes that can be ticked. */
  async scopes(): Promise<string[]> {
    return this.boxes.evaluateAll((all) => all.map((box) => (box instanceof HTMLInputElement ? box.value : '')));
  }

  async tick(...scopes: string[]): Promise<void> {
    for (const scope of scopes) await this.main.locator(`input[type="checkbox"][value="${scope}"]`).check();
  }

  /** The key in the page, which is there only once. */
  async shownKey(): Promise<string> {
    return this.main.locator('.new-key-text code').innerText();
  }

  /** Creates a key with browser code; answers it. */
  async createNew(name: string, ...scopes: string[]): Promise<string> {
    await this.openForm();
    await this.fill({ Name: name });
    await this.tick(...scopes);
    await this.submit('Create key');
    return this.shownKey();
  }
}

export class ApiKeysPage extends Portal {
  constructor(
    page: Page,
    private readonly home: Home,
    scripts = true,
  ) {
    super(page, scripts);
  }

  async openList(): Promise<void> {
    await this.open(`${this.home}/api-keys`);
  }

  rowWith(text: string): Locator {
    return this.main.locator('tbody tr').filter({ hasText: text });
  }

  row(name: string): Locator {
    return this.main.locator('tbody tr').filter({ has: this.page.getByText(name, { exact: true }) });
  }

  async revoke(name: string): Promise<void> {
    const row = this.row(name);
    await row.getByText('Revoke…', { exact: true }).click();
    await row.getByRole('button', { name: 'Revoke key' }).click();
  }

  /** `overlap` is the label of the choice, such as `for an hour`. */
  async rotate(name: string, overlap: string): Promise<void> {
    const row = this.row(name);
    await row.getByText('Rotate…', { exact: true }).click();
    await row.getByLabel('The old key still works').selectOption({ label: overlap });
    await row.getByRole('button', { name: 'Rotate key' }).click();
  }
}
