import { loadConfig } from '../config.ts';
import { inTime } from '../deadline.ts';
import { ROLES, type RoleName } from '../roles.ts';
import { createLog } from '../telemetry/log.ts';
import { untilStopped } from './stop.ts';

/** Jobs may take 20 s of it. A database that hangs would hold its connections for ever. */
const STOP_TIMEOUT_MS = 25_000;

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
    await inTime('stopping', STOP_TIMEOUT_MS, running.close).then(
      () => log.info('stopped'),
      (error: Error) => log.warn({ reason: error.message }, 'stopped; what did not let go is left'),
    );
  } catch (error) {
    if (!waiting.signal.aborted) throw error;
  }
  process.exit(); // BullMQ does not let go of a store that is away, though everything of ours is closed
}
