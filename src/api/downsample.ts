/**
 * Which of these values to draw where there is room for so many, by index: the first and the last, and of slices of equal
 * length the least and the greatest value, in their order. So no peak is lost, however short it is.
 */
export function downsample(values: readonly number[], most: number): number[] {
  const { length } = values;
  if (length <= most) return values.map((_, index) => index);
  const kept = new Set([0, length - 1].slice(0, most));
  const slices = Math.floor((most - 2) / 2);
  for (let slice = 0; slice < slices; slice++) {
    const [from, to] = [slice, slice + 1].map((n) => Math.floor((n * length) / slices)) as [number, number];
    for (const index of extremesOf(values, from, to)) kept.add(index);
  }
  return [...kept].sort((a, b) => a - b);
}

function extremesOf(values: readonly number[], from: number, to: number): [number, number] {
  let [least, greatest] = [from, from];
  for (let index = from; index < to; index++) {
    if ((values[index] as number) < (values[least] as number)) least = index;
    if ((values[index] as number) > (values[greatest] as number)) greatest = index;
  }
  return [least, greatest];
}
