/** A headless browser that notes what a page complains about and what it asks of the network. */
import { type Browser, chromium, type Page } from 'playwright-core';
import type { LabServer } from './server.js';

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

/** Opens a notebook in JupyterLab, on a page as tall as the notebook is long, so that a picture shows all of it. */
export async function openNotebook(browser: Browser, server: LabServer, notebook: string): Promise<Watched> {
  const page = await browser.newPage({ viewport: { width: 1180, height: 12_000 } });
  const watched = watch(page);
  await page.goto(`${server.url}/lab/tree/${notebook}?token=${server.token}&reset`);
  await page.locator('.jp-Notebook .jp-Cell').first().waitFor({ timeout: 60_000 });
  return watched;
}

/** Notes from now on what a page complains about and which other machines it asks. */
export function watch(page: Page): Watched {
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
  return { page, errors, strangers };
}

/**
 * Waits for the kernel, runs all cells, and waits until each has its number. What the notebook was saved with is cleared
 * first, so that nothing passes for run that was not; the model is asked, because a folded cell shows no number.
 */
export async function runAll(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const { jupyterapp } = globalThis as unknown as { jupyterapp: JupyterApp };
      return jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle';
    },
    undefined,
    { timeout: 60_000 },
  );
  await command(page, 'notebook:clear-all-cell-outputs');
  await command(page, 'notebook:run-all-cells');
  await page.waitForFunction(
    () => {
      const { jupyterapp } = globalThis as unknown as { jupyterapp: JupyterApp };
      const cells = jupyterapp.shell.currentWidget?.content?.widgets ?? [];
      const code = cells.filter(({ model }) => model.type === 'code');
      return code.length > 0 && code.every(({ model }) => typeof model.executionCount === 'number');
    },
    undefined,
    { timeout: 240_000 },
  );
  await page.waitForTimeout(1000);
}

/** Light or dark, and time to draw it. */
export async function theme(page: Page, dark: boolean): Promise<void> {
  await command(page, 'apputils:change-theme', { theme: dark ? 'JupyterLab Dark' : 'JupyterLab Light' });
  await page.locator(`body[data-jp-theme-light="${!dark}"]`).waitFor({ state: 'attached' });
  await page.waitForTimeout(500);
}

/** A command of JupyterLab, by its id. */
export async function command(page: Page, id: string, args: Record<string, unknown> = {}): Promise<void> {
  await page.evaluate(
    async ([name, given]) => {
      const { jupyterapp } = globalThis as unknown as { jupyterapp: JupyterApp };
      await jupyterapp.restored;
      await jupyterapp.commands.execute(name, given);
    },
    [id, args] as const,
  );
}

interface CellModel {
  readonly type: string;
  readonly executionCount?: number | null;
}

interface JupyterApp {
  readonly restored: Promise<void>;
  readonly shell: {
    readonly currentWidget?: {
      readonly sessionContext?: { readonly session?: { readonly kernel?: { readonly status: string } } };
      readonly content?: { readonly widgets: readonly { readonly model: CellModel }[] };
    };
  };
  readonly commands: { execute(id: string, args: Record<string, unknown>): Promise<unknown> };
}
