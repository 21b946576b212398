import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startApi } from '../../src/api/server.ts';
import { createScene, type Scene } from './scene.ts';

let scene: Scene;
const opened: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  scene = await createScene();
});
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
});
afterAll(() => scene?.close());

async function start(port = 0) {
  const api = await startApi({ ...scene.parts, publicUrl: undefined, listen: { host: '127.0.0.1', port } });
  opened.push(api);
  return api;
}

describe('the server', () => {
  it('listens where it is told, and says plainly when it cannot', async () => {
    const { port } = await start();
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    await expect(start(port)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(new RegExp(`cannot listen for HTTP on 127.0.0.1:${port}: .*EADDRINUSE`)),
    });
  });

  it('stops though a client keeps its connection', async () => {
    const { port, close } = await start();
    const agent = new Agent({ keepAlive: true });
    const [response] = await once(get({ port, path: '/healthz', agent }), 'response');
    response.resume();
    await once(response, 'end');
    await close();
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
    agent.destroy();
  });

  it('stops at once though a client has sent nothing yet', async () => {
    const { port, close } = await start();
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200); // so the server has seen the other
    const ended = once(socket, 'close');
    const startedAt = performance.now();
    await close();
    expect(performance.now() - startedAt).toBeLessThan(4_000); // less than what an unfinished request is given
    await ended;
  });

  it('stops though a client does not finish its request', async () => {
    const { port, close } = await start();
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('POST /api/v1/login/access-token HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nuser');
    await once(socket, 'connect');
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200); // so the server has the request
    const startedAt = performance.now();
    await close();
    expect(performance.now() - startedAt).toBeLessThan(12_000);
    socket.destroy();
  });

  it.each([
    ['that is not HTTP', 'EHLO example.org\r\n\r\n', 400, 'not HTTP/1.1'],
    ['with headers that do not end', `GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}`, 431, 'the headers are too large'],
  ])('tells who sends something %s so in a problem document', async (_, sent, status, detail) => {
    const { port } = await start();
    const socket = connect(port, '127.0.0.1');
    socket.write(sent);
    expect(await readProblem(socket)).toMatchObject({ status, detail: expect.stringContaining(detail) });
  });

  it('ends a request that goes on and on, and says that it took too long', async () => {
    const { port } = await start();
    const socket = connect(port, '127.0.0.1');
    const form = 'content-type: application/x-www-form-urlencoded\r\ntransfer-encoding: chunked';
    socket.write(`POST /api/v1/login/access-token HTTP/1.1\r\nhost: x\r\n${form}\r\n\r\n`);
    const trickle = setInterval(() => socket.write('1\r\nx\r\n'), 500);
    onTestFinished(() => clearInterval(trickle));
    expect(await readProblem(socket)).toMatchObject({ status: 408, detail: 'the request did not end in time' });
  }, 100_000);
});

/** What a server writes before it closes the connection: a problem document, whose status is that of the answer. */
async function readProblem(socket: Socket) {
  let answer = '';
  socket.on('error', () => {});
  socket.on('data', (data) => {
    answer += data;
  });
  await once(socket, 'close');
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const problem = JSON.parse(body);
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${problem.status} `));
  expect(head).toContain('application/problem+json');
  return problem;
}
