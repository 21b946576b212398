/** Rejects with ETIMEDOUT when the work takes longer; the work itself goes on, and nobody hears of it any more. */
export async function inTime<T>(name: string, deadlineMs: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const reason = () => Object.assign(new Error(`${name} took more than ${deadlineMs} ms`), { code: 'ETIMEDOUT' });
    timer = setTimeout(() => reject(reason()), deadlineMs);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
