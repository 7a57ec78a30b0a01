/** Says at the very end which tests failed and why in a few lines, where the tail of a log shows it. */
import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';

const LINES = 12;

export default class Failures implements Reporter {
  private readonly failed: [TestCase, TestResult][] = [];

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status !== test.expectedStatus && result.status !== 'skipped') this.failed.push([test, result]);
  }

  async onExit(): Promise<void> {
    for (const [test, { errors, status }] of this.failed) {
      const { file, line } = test.location;
      console.log(`\n${status}: ${test.title} (${file.split('/').pop()}:${line})`);
      for (const error of errors) {
        const text = (error.message ?? error.value ?? '').replace(/\u001b\[[0-9;]*m/g, '');
        console.log(text.split('\n').slice(0, LINES).map((l) => `  ${l}`).join('\n'));
        if (error.location) console.log(`  at line ${error.location.line}`);
      }
    }
  }
}
