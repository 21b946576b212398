/** SQLSTATE classes that pass by themselves: connection, rollback, resources, lock, operator, system. */
const TRANSIENT_CLASSES = new Set(['08', '40', '53', '55', '57', '58']);
const SOCKET_ERRORS = /ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN/;
const POOL_ERRORS = /Connection terminated|timeout exceeded when trying to connect|not queryable|connection is closed/i;

/** True for what a later attempt can mend (connection, deadlock, shutdown), false for what is the data's fault. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !SOCKET_ERRORS.test(code)) {
    return TRANSIENT_CLASSES.has(code.slice(0, 2));
  }
  if (typeof code === 'string' && SOCKET_ERRORS.test(code)) return true;
  return POOL_ERRORS.test(error.message) || (error.cause !== undefined && isTransient(error.cause));
}

/** True when the data caused it (SQLSTATE classes 22 data, 23 integrity, 54 limits), false for a fault of ours or the server's. */
export function isDataFault(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && /^(22|23|54)[0-9A-Z]{3}$/.test(code);
}

/** Postgres' answer to a row whose partition does not exist: a check violation that names no constraint. */
export function isMissingPartition(error: unknown): boolean {
  const { code, constraint } = (error ?? {}) as { code?: string; constraint?: string };
  return code === '23514' && constraint === undefined;
}

/** Postgres gave up waiting for a lock: after `lock_timeout`, or because the other one waited for this one. */
export function isLockedOut(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: string };
  return code === '55P03' || code === '40P01';
}

/** A row that is written refers to one that is not there, or not any more. */
export function isMissingReference(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === '23503';
}

/** A row that is written has what only one may have, and another one has it. */
export function isTwin(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === '23505';
}
