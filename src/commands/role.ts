import { loadConfig } from '../config.ts';
import { ROLES, type RoleName } from '../roles.ts';
import { createLog } from '../telemetry/log.ts';
import { untilStopped } from './stop.ts';

/** Runs one role until the process is asked to stop; tells `stepcloud up`, if that started it, where it listens. */
export async function role(name: RoleName): Promise<void> {
  const config = await loadConfig();
  const log = createLog(name, config.log);
  const stopped = untilStopped();
  const waiting = new AbortController();
  stopped.then(() => waiting.abort());
  try {
    const running = await ROLES[name]({ config, log, signal: waiting.signal });
    log.info(running.port === undefined ? 'running' : `listening on port ${running.port}`);
    process.send?.({ ready: true });
    await stopped;
    await running.close();
    log.info('stopped');
  } catch (error) {
    if (!waiting.signal.aborted) throw error;
  }
  process.exit(); // BullMQ does not let go of a store that is away, though everything of ours is closed
}
