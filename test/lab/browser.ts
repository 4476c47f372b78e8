/** A headless browser that notes what a page complains about and what it asks of the network. */
import { type Browser, chromium, type Page } from 'playwright-core';

export interface Watched {
  readonly page: Page;
  /** Errors on the console, and uncaught ones. */
  readonly errors: string[];
  /** Requests to anything but this machine. */
  readonly strangers: string[];
}

export async function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page as tall as a notebook is long, so that a screenshot shows all of it. */
export async function open(
  browser: Browser,
  url: string,
  { height = 2400, dark = false } = {},
): Promise<Watched> {
  const page = await browser.newPage({
    viewport: { width: 1180, height },
    colorScheme: dark ? 'dark' : 'light',
  });
  const errors: string[] = [];
  const strangers: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (/^(https?|wss?):$/.test(protocol) && hostname !== '127.0.0.1') strangers.push(request.url());
  });
  await page.goto(url);
  return { page, errors, strangers };
}

/** A command of JupyterLab, by its id. */
export async function command(page: Page, id: string): Promise<void> {
  await page.evaluate(async (name) => {
    const { jupyterapp } = globalThis as unknown as {
      jupyterapp: { restored: Promise<void>; commands: { execute(id: string): Promise<unknown> } };
    };
    await jupyterapp.restored;
    await jupyterapp.commands.execute(name);
  }, id);
}
