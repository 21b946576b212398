const LINES_PER_SECOND = 5;

type Write = (fields: object, message: string) => void;

/** Writes a few lines a second at most, whoever sends how much; a line tells how many were left out before it. */
export function sparing(write: Write, monotonic: () => number): Write {
  let second = 0;
  let written = 0;
  let leftOut = 0;
  return (fields, message) => {
    const now = Math.floor(monotonic() / 1000);
    if (now !== second) written = 0;
    second = now;
    if (written >= LINES_PER_SECOND) {
      leftOut++;
      return;
    }
    write(leftOut > 0 ? { ...fields, leftOut } : fields, message);
    written++;
    leftOut = 0;
  };
}
