import { createHash, createHmac, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

/** A secret that a program keeps: 256 random bits. The database has its hash only. */
export function randomSecret(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** One round is enough: what has 256 bits of chance in it cannot be guessed. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** The one successor that a refresh token has under this salt, whoever asks and however often. */
export function successorOf(refreshToken: string, salt: Buffer): string {
  return createHmac('sha256', refreshToken).update(salt).digest('base64url');
}

export function randomSalt(): Buffer {
  return randomBytes(TOKEN_BYTES);
}
