/** The murmur3 finaliser: spreads every bit of the input over all 32 bits. */
function mix(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/**
 * A number in [0, 1), always the same for the same integer keys. Randomness without a state to carry along: what a
 * device does stays a pure function of seed and time.
 */
export function randomAt(...keys: number[]): number {
  let hash = 0x9e3779b9;
  for (const key of keys) hash = mix(mix(hash ^ key) ^ Math.floor(key / 2 ** 32)) + 0x9e3779b9;
  return mix(hash) / 2 ** 32;
}

/** A seed for one part (a device, a gateway), so that parts that share a seed do not move in step. */
export function seedFor(seed: number, part: string): number {
  let hash = mix(seed);
  for (let index = 0; index < part.length; index += 1) hash = mix(Math.imul(hash, 31) + part.charCodeAt(index));
  return hash;
}
