import { expect, it } from 'vitest';
import { sparing } from '../../src/broker/sparing.ts';

it('writes a few lines of a flood each second, and how many it left out', () => {
  const lines: [object, string][] = [];
  let now = 0;
  const write = sparing(
    (fields, message) => lines.push([fields, message]),
    () => now,
  );
  for (let n = 0; n < 5_000; n++, now += 0.4) write({ n }, 'refused');
  expect(lines.length).toBeLessThanOrEqual(15);
  const leftOut = lines.map(([fields]) => (fields as { leftOut?: number }).leftOut ?? 0);
  now = 10_000;
  write({ n: 5_000 }, 'refused');
  const last = lines.at(-1)?.[0] as { leftOut: number };
  expect(last).toMatchObject({ n: 5_000 });
  expect(leftOut.reduce((sum, count) => sum + count, 0) + last.leftOut + lines.length).toBe(5_001);
});

it('leaves single lines as they are', () => {
  const lines: object[] = [];
  let now = 0;
  const write = sparing(
    (fields) => lines.push(fields),
    () => now,
  );
  for (let n = 0; n < 20; n++, now += 300) write({ n }, 'refused');
  expect(lines).toEqual(Array.from({ length: 20 }, (_, n) => ({ n })));
});
