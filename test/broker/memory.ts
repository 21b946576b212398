import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes that this process really holds in its heap and its buffers: what is garbage is collected first. */
export async function heldBytes(): Promise<number> {
  collect();
  await setImmediate(); // memory of buffers is given back a little after they are collected
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
