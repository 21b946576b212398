import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { found } from './found.ts';

/** A page in a browser of its own, driven by keys as a person would, over the DevTools protocol. */
export interface Page {
  /** What an expression gives in the page; promises are awaited. */
  // biome-ignore lint/suspicious/noExplicitAny: a page may give anything
  evaluate(expression: string): Promise<any>;
  /** Into what has the focus. */
  type(text: string): Promise<void>;
  press(key: 'Tab' | 'Enter' | 'Space' | 'ArrowDown'): Promise<void>;
  /** Any command of the protocol. */
  // biome-ignore lint/suspicious/noExplicitAny: a command may answer anything
  send(method: string, params?: object): Promise<any>;
  /** What the browser complained of: errors of scripts, blocked and failed requests. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

const KEYS = {
  Tab: { key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 },
  Enter: { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' },
  Space: { key: ' ', code: 'Space', windowsVirtualKeyCode: 32, text: ' ' },
  ArrowDown: { key: 'ArrowDown', code: 'ArrowDown', windowsVirtualKeyCode: 40 },
};

interface Answer {
  id?: number;
  method?: string;
  // biome-ignore lint/suspicious/noExplicitAny: an event may tell anything
  params?: any;
  result?: object;
  error?: { message: string };
}

/** Opens a page, as wide as a phone, and waits until it is loaded. */
export async function openPage(url: string): Promise<Page> {
  const profile = await mkdtemp(join(tmpdir(), 'stepcloud-browser-'));
  const browser = spawn(
    found('chromium') as string,
    // Without a sandbox, since in a container there is none to be had; it sees our own pages only.
    ['--headless', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe', `--user-data-dir=${profile}`],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const exited = new Promise((resolve) => browser.once('exit', resolve));
  const [, , , commands, answers] = browser.stdio as unknown as [null, null, null, Writable, Readable];
  const waiting = new Map<number, { resolve: (result: object) => void; reject: (reason: Error) => void }>();
  const complaints: string[] = [];
  let lastId = 0;
  let rest = '';
  let sessionId: string | undefined;
  let loaded = (): void => {};

  answers.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop() as string;
    for (const message of messages) take(JSON.parse(message));
  });
  commands.on('error', () => {}); // of a browser that has gone
  browser.once('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('the browser has gone'));
  });

  function take({ id, method, params, result = {}, error }: Answer): void {
    if (id !== undefined) {
      const command = waiting.get(id);
      waiting.delete(id);
      if (error) command?.reject(new Error(error.message));
      else command?.resolve(result);
    }
    if (method === 'Page.loadEventFired') loaded();
    if (method === 'Log.entryAdded') complaints.push(`${params.entry.text} ${params.entry.url ?? ''}`);
    if (method === 'Runtime.exceptionThrown') complaints.push(params.exceptionDetails.exception?.description);
  }

  function send(method: string, params: object = {}): Promise<object> {
    const id = ++lastId;
    commands.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`);
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  }

  const { targetId } = (await send('Target.createTarget', { url: 'about:blank' })) as { targetId: string };
  ({ sessionId } = (await send('Target.attachToTarget', { targetId, flatten: true })) as { sessionId: string });
  for (const domain of ['Page', 'Runtime', 'Log']) await send(`${domain}.enable`);
  const phone = { width: 360, height: 740, deviceScaleFactor: 1, mobile: true };
  await send('Emulation.setDeviceMetricsOverride', phone);
  const isLoaded = new Promise<void>((resolve) => {
    loaded = resolve;
  });
  await send('Page.navigate', { url });
  await isLoaded;

  return {
    complaints,
    send,
    async evaluate(expression) {
      const parameters = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = (await send('Runtime.evaluate', parameters)) as {
        result: { value: unknown };
        exceptionDetails?: { text: string; exception?: { description?: string } };
      };
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    },
    async type(text) {
      await send('Input.insertText', { text });
    },
    async press(key) {
      await send('Input.dispatchKeyEvent', { type: 'keyDown', ...KEYS[key] });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', ...KEYS[key] });
    },
    async close() {
      browser.kill('SIGKILL');
      await exited;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
