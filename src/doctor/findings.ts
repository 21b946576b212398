/** fault: something will be lost or does not work. warning: look at it. fine: as it should be. */
export type Level = 'fine' | 'warning' | 'fault';

/** What a check found, what that means, and how to mend it. */
export interface Finding {
  readonly level: Level;
  readonly about: string;
  readonly text: string;
  readonly mend?: string;
}

export const fine = (about: string, text: string): Finding => ({ level: 'fine', about, text });
export const warning = (about: string, text: string, mend: string): Finding => ({
  level: 'warning',
  about,
  text,
  mend,
});
export const fault = (about: string, text: string, mend: string): Finding => ({ level: 'fault', about, text, mend });
