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
    const heads = await this.ledger.locator('thead th').allInnerTexts();
    const [debit, credit] = ['debit', 'credit'].map((word) => heads.findIndex((head) => head.trim().toLowerCase() === word));
    const rows = await this.ledger
      .locator('tbody tr')
      .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
    const sum = (column: number | undefined) => rows.reduce((total, row) => total + minor(row[column ?? -1] ?? ''), 0);
    return { debit: sum(debit), credit: sum(credit), lines: rows.length };
  }

  /** What was posted where, such as `approved Affiliate pending`. */
  async postings(): Promise<string[]> {
    const heads = await this.ledger.locator('thead th').allInnerTexts();
    const [what, account] = ['what', 'account'].map((word) => heads.findIndex((head) => head.trim().toLowerCase() === word));
    const rows = await this.ledger
      .locator('tbody tr')
      .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
    return rows.map((cells) => `${cells[what ?? -1]} ${cells[account ?? -1]}`);
  }

  async approve(): Promise<void> {
    await this.page.getByRole('button', { name: 'Approve', exact: true }).first().click();
  }
}
