/** The model of the catalogue whose name stands in the device's own names, the longest first; undefined where none does. */
export function suggestModel<M extends { name: string }>(
  { key, label }: { key: string; label: string | null },
  models: readonly M[],
): M | undefined {
  const said = plain(`${key} ${label ?? ''}`);
  const fitting = models.filter(({ name }) => plain(name) !== '' && said.includes(plain(name)));
  return fitting.sort((a, b) => b.name.length - a.name.length)[0];
}

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
