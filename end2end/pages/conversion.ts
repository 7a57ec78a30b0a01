/** A conversion as the network sees it. */
import type { Locator } from '@playwright/test';
import { Portal, minor } from './portal.ts';

export class ConversionPage extends Portal {
  async openByTxid(txid: string): Promise<void> {
    await this.open(`/admin/conversions?q=${encodeURIComponent(txid)}`);
    const row = this.main.locator('tbody tr').filter({ hasText: txid });
    await row.locator('a[href*="/admin/conversions/conv_"]').first().click();
    await this.page.waitForURL(/\/admin\/conversions\/conv_/);
    await this.ledger.waitFor();
  }

  get status(): Locator {
    return this.page.locator('header.top .badge').first();
  }

  get ledger(): Locator {
    return this.main.getByRole('table').filter({ has: this.page.getByRole('columnheader', { name: 'Debit' }) });
  }

  /** Sums of the columns, in minor units, and how many lines there are. */
  async sums(): Promise<{ debit: number; credit: number; lines: number }> {
    const debit = await this.column('Debit');
    const credit = await this.column('Credit');
    const sum = (cells: string[]) => cells.reduce((total, cell) => total + minor(cell), 0);
    return { debit: sum(debit), credit: sum(credit), lines: debit.length };
  }

  /** What was posted where, such as `Approved Affiliate pending`. */
  async postings(): Promise<string[]> {
    const account = await this.column('Account');
    return (await this.column('What, by whom')).map((what, line) => `${what} ${account[line]}`);
  }

  private async column(name: string): Promise<string[]> {
    const heads = await this.ledger.locator('thead th').allTextContents();
    const index = heads.findIndex((head) => head.trim() === name);
    if (index < 0) throw new Error(`the ledger has no column ${name}: ${heads.join(', ')}`);
    return this.ledger.locator(`tbody tr > :nth-child(${index + 1})`).allTextContents();
  }

  async approve(): Promise<void> {
    await this.page.getByRole('button', { name: 'Approve', exact: true }).first().click();
  }
}
