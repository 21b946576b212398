/**
 * Literals of numeric Postgres arrays. pg would quote and escape every element; for the thousands of numbers of a batch
 * that costs more than the insert.
 */
export function numericArray(values: readonly (number | null)[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : value)).join(',')}}`;
}
