import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CertificateFiles } from '../../src/broker/certificate.ts';
import { type Listeners, openListeners } from '../../src/broker/listeners.ts';
import { loadConfig } from '../../src/config.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { makeCertificate } from '../support/certificate.ts';
import { missing } from '../support/found.ts';

const WAIT = { timeout: 5_000, interval: 10 };

describe.skipIf(missing('openssl'))('the certificate of MQTT over TLS (openssl)', () => {
  let pairs: string;
  let folder: string;
  let listeners: Listeners | undefined;
  let lines: { level: number; reason?: string; msg: string }[];
  let metrics: ReturnType<typeof createMetrics>;
  const sockets: TLSSocket[] = [];

  beforeAll(async () => {
    pairs = await mkdtemp(join(tmpdir(), 'stepcloud-certificates-'));
    makeCertificate(pairs, { name: 'old', days: 1 });
    makeCertificate(pairs, { name: 'new', days: 2 });
  });
  afterAll(() => rm(pairs, { recursive: true, force: true }));

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stepcloud-tls-'));
    lines = [];
    metrics = createMetrics();
  });
  afterEach(async () => {
    listeners?.close();
    for (const socket of sockets.splice(0)) socket.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  const files = (): CertificateFiles => ({ certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') });
  const pem = (file: string) => readFile(join(pairs, file));

  /** Puts a pair where the broker looks for it, as an editor would. */
  async function put(name: 'old' | 'new', { certFile, keyFile } = files()): Promise<void> {
    await writeFile(certFile, await pem(`${name}.crt`));
    await writeFile(keyFile, await pem(`${name}.key`));
  }

  /** Opens the port; whoever connects gets back what he sends. */
  async function listen(tls = files()): Promise<void> {
    const { mqtt, settings } = await loadConfig({ DATABASE_URL: 'postgres://x' });
    listeners = await openListeners({
      listen: { ...mqtt, port: 0, tls: { port: 0, ...tls } },
      settings,
      accept: (socket: Duplex) => void socket.pipe(socket),
      metrics: metrics.broker,
      log: pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) }),
      lookIntervalMs: 10,
    });
  }

  /** Connects as a gateway that trusts one of the two certificates and no other. */
  async function connectTrusting(name: 'old' | 'new'): Promise<TLSSocket> {
    const socket = connect({ host: '127.0.0.1', port: listeners?.tls?.port as number, ca: await pem(`${name}.crt`) });
    sockets.push(socket);
    await once(socket, 'secureConnect');
    return socket;
  }
  const untilServed = (name: 'old' | 'new') => vi.waitFor(() => connectTrusting(name), WAIT);

  async function echo(socket: TLSSocket): Promise<string> {
    socket.write('hello');
    return String((await once(socket, 'data'))[0]);
  }
  const daysLeft = async () => {
    const { values } = await metrics.broker.certificateExpires.get();
    return values.map(({ value }) => Math.round((value * 1000 - Date.now()) / 86_400_000));
  };
  const errors = () => lines.filter(({ level }) => level === 50);

  it.each<[string, () => Promise<void>]>([
    ['written in place', () => put('new')],
    [
      'renamed, as Caddy does',
      async () => {
        const { certFile, keyFile } = files();
        await put('new', { certFile: `${certFile}.tmp`, keyFile: `${keyFile}.tmp` });
        await rename(`${keyFile}.tmp`, keyFile);
        await rename(`${certFile}.tmp`, certFile);
      },
    ],
  ])('that is %s serves new connections, and leaves the others alone', async (_, renew) => {
    await put('old');
    await listen();
    const standing = await connectTrusting('old');
    expect(await daysLeft()).toEqual([1]);
    await renew();
    await untilServed('new');
    await expect(connectTrusting('old')).rejects.toThrow('self-signed');
    expect(await echo(standing)).toBe('hello');
    expect(await daysLeft()).toEqual([2]);
    expect(errors()).toEqual([]);
  });

  it('behind a link that turns, as with certbot and in Kubernetes, is followed', async () => {
    for (const name of ['old', 'new'] as const) {
      await mkdir(join(folder, name));
      await put(name, { certFile: join(folder, name, 'cert.pem'), keyFile: join(folder, name, 'key.pem') });
    }
    await symlink('old', join(folder, 'live'));
    await listen({ certFile: join(folder, 'live/cert.pem'), keyFile: join(folder, 'live/key.pem') });
    await connectTrusting('old');
    await symlink('new', join(folder, 'turned'));
    await rename(join(folder, 'turned'), join(folder, 'live'));
    await untilServed('new');
  });

  it('is found in the folder of whoever issued it: of several the one that ends last', async () => {
    const pair = (issuer: string) => ({
      certFile: join(folder, issuer, 'localhost/localhost.crt'),
      keyFile: join(folder, issuer, 'localhost/localhost.key'),
    });
    await listen(pair('*'));
    for (const [issuer, name] of [
      ['local', 'old'],
      ['acme', 'new'],
    ] as const) {
      await mkdir(join(folder, issuer, 'localhost'), { recursive: true });
      await put(name, pair(issuer));
      await untilServed(name);
    }
    await rm(join(folder, 'acme'), { recursive: true });
    await untilServed('old');
  });

  it('may come after the broker: until then it lets nobody in, and says why', async () => {
    await listen();
    await expect(connectTrusting('old')).rejects.toThrow();
    await vi.waitFor(() => expect(errors()).toHaveLength(1), WAIT);
    expect(errors()[0]).toMatchObject({ reason: expect.stringMatching(/ENOENT.*cert\.pem/) });
    expect(await daysLeft()).toEqual([]);
    await put('old');
    await untilServed('old');
  });

  it.each<[string, RegExp, () => Promise<unknown>]>([
    [
      'is half written',
      /cert\.pem: /,
      async () => writeFile(files().certFile, (await pem('new.crt')).subarray(0, 300)),
    ],
    [
      'has a chain that is half written',
      /cert\.pem: /,
      async () => {
        const chain = Buffer.concat([await pem('old.crt'), (await pem('new.crt')).subarray(0, 300)]);
        await writeFile(files().certFile, chain);
      },
    ],
    ['is empty', /cert\.pem: /, () => writeFile(files().certFile, '')],
    ['is gone', /ENOENT.*cert\.pem/, () => rm(files().certFile)],
    ['has no key', /key\.pem: /, () => writeFile(files().keyFile, 'no key')],
    [
      'has the key of another',
      /key\.pem is not the key of .*cert\.pem/,
      () => cp(join(pairs, 'new.key'), files().keyFile),
    ],
  ])('that %s leaves the one before in service, and the log names the fault once', async (_, reason, spoil) => {
    await put('old');
    await listen();
    await spoil();
    await vi.waitFor(() => expect(errors()).toHaveLength(1), WAIT);
    expect(errors()[0]).toMatchObject({ reason: expect.stringMatching(reason) });
    await connectTrusting('old');
    expect(await daysLeft()).toEqual([1]);
    await put('new');
    await untilServed('new');
    expect(errors()).toHaveLength(1);
  });
});
