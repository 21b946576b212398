export const MAX_KEY_CHARACTERS = 128;
export const REF = /^[A-Za-z0-9_.-]{1,36}$/;

/** The key of a device on its gateway, as it is outside of topics. */
export function isDeviceKey(key: string): boolean {
  return key !== '' && key.length <= MAX_KEY_CHARACTERS && !key.includes('\0') && key.isWellFormed();
}

/** The sender's own name for a message. */
export function isRef(ref: string): boolean {
  return REF.test(ref);
}
