/** An advertiser's landing page: says which click brought the visitor. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Landing {
  /** Such as `http://127.0.0.1:12345`. */
  url: string;
  close: () => Promise<void>;
}

export async function openLanding(): Promise<Landing> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://landing.test');
    const click = (url.searchParams.get('click_id') ?? '').replace(/[^A-Za-z0-9_-]/g, '');
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(
      `<!DOCTYPE html><html lang="en"><title>Shop</title><link rel="icon" href="data:,"><h1>Welcome</h1><p id="click">${click}</p></html>`,
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
