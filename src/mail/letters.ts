import type { Mail } from './mailer.ts';

/** A mail that has no address yet. */
export type Letter = Omit<Mail, 'to'>;

/** How to set a password by a token, once. */
export interface PasswordLink {
  link: string;
  /** Where a program posts what the link has behind `token=`. */
  route: string;
}

export function passwordRecovery({ link, route }: PasswordLink): Letter {
  return {
    subject: 'Set a new password for StepCloud',
    text: paragraphs(
      'Hello,',
      'somebody, hopefully you, asked for a new password for your StepCloud account. You can set it here:',
      link,
      'The link works once, and for 30 minutes.',
      withoutBrowser(route),
      'If it was not you, ignore this mail: your password stays as it is.',
    ),
  };
}

export function passwordChanged({ at, address }: { at: Date; address: string | undefined }): Letter {
  return {
    subject: 'Your StepCloud password was changed',
    text: paragraphs(
      'Hello,',
      `the password of your StepCloud account was changed on ${inUtc(at)}${from(address)}.`,
      'If that was you, all is well.',
      'If it was not you, set a new password at once by "Forgot password", and tell who manages StepCloud for you.',
    ),
  };
}

export interface Invitation extends PasswordLink {
  expiresAt: Date;
  customer: string;
  invitedBy: string;
}

export function invitation({ link, route, expiresAt, customer, invitedBy }: Invitation): Letter {
  return {
    subject: oneLine(`${invitedBy} invites you to ${customer} on StepCloud`),
    text: paragraphs(
      'Hello,',
      oneLine(
        `${invitedBy} invites you to see the devices of ${customer} on StepCloud. To begin, set a password here:`,
      ),
      link,
      `The link works once, until ${inUtc(expiresAt)}.`,
      withoutBrowser(route),
      'If you do not know what this is about, ignore this mail.',
    ),
  };
}

export interface NewAccount extends PasswordLink {
  expiresAt: Date;
  createdBy: string;
}

/** To somebody whom an admin gave an account. */
export function newAccount({ link, route, expiresAt, createdBy }: NewAccount): Letter {
  return {
    subject: 'Your account on StepCloud',
    text: paragraphs(
      'Hello,',
      oneLine(`${createdBy} has made an account for you on StepCloud. To begin, set a password here:`),
      link,
      `The link works once, until ${inUtc(expiresAt)}.`,
      withoutBrowser(route),
      'If you do not know what this is about, ignore this mail.',
    ),
  };
}

/** To somebody who has an account already. */
export function newMembership({
  link,
  customer,
  invitedBy,
}: Pick<Invitation, 'link' | 'customer' | 'invitedBy'>): Letter {
  return {
    subject: oneLine(`${invitedBy} lets you see ${customer} on StepCloud`),
    text: paragraphs(
      'Hello,',
      oneLine(`${invitedBy} has given you a role in ${customer}. Sign in with the password that you have:`),
      link,
      'If you do not know what this is about, tell who manages StepCloud for you.',
    ),
  };
}

export interface RefreshTokenReuse {
  gateway: { id: string; label: string };
  at: Date;
  address: string | undefined;
}

/** An old refresh token came back. It was refused, and the gateway works on. */
export function refreshTokenReused({ gateway, at, address }: RefreshTokenReuse): Letter {
  return {
    subject: oneLine(`An old token of gateway ${gateway.label} was used`),
    text: paragraphs(
      'Hello,',
      oneLine(
        `on ${inUtc(at)} a refresh token of this gateway was used that had been replaced long before${from(address)}:`,
      ),
      oneLine(`${gateway.label} (${gateway.id})`),
      'StepCloud refused it, and the gateway itself works on. There are two usual causes: an SD card was restored from an old copy, or somebody copied the token.',
      "If you restored a card, enrol that gateway again. If not, look at the gateway's sessions, revoke those that you do not know, and rotate its tokens.",
    ),
  };
}

function withoutBrowser(route: string): string {
  return `To set it without a browser, send what stands behind "token=" as "token", with your "newPassword", as JSON to ${route}.`;
}

function paragraphs(...all: string[]): string {
  return `${all.join('\n\n')}\n\nStepCloud\n`;
}

/** Names are given by people: none of them may add a paragraph of its own. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function inUtc(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function from(address: string | undefined): string {
  return address === undefined ? '' : `, from the address ${address}`;
}
