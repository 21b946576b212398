import { describe, expect, it } from 'vitest';
import {
  invitation,
  newMembership,
  passwordChanged,
  passwordRecovery,
  refreshTokenReused,
} from '../../src/mail/letters.ts';

const LINK = 'https://iot.example.org/recover#token=abc';
const ROUTE = 'https://iot.example.org/api/v1/password/reset';
const AT = new Date('2026-11-23T23:59:30.000-01:00');
const GATEWAY = { id: '01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f', label: 'Hall 2' };

describe('letters', () => {
  it('the one for a new password has the link alone on its line, and says how long it works', () => {
    const { subject, text } = passwordRecovery({ link: LINK, route: ROUTE });
    expect(subject).toBe('Set a new password for StepCloud');
    expect(text.split('\n')).toContain(LINK);
    expect(text).toContain('30 minutes');
    expect(text).toContain(`as JSON to ${ROUTE}.`);
    expect(text).toContain('ignore this mail');
  });

  it('the one about a changed password says when, in UTC, and from where', () => {
    const { text } = passwordChanged({ at: AT, address: '192.0.2.7' });
    expect(text).toContain('was changed on 2026-11-24 00:59 UTC, from the address 192.0.2.7.');
    expect(passwordChanged({ at: AT, address: undefined }).text).toContain('was changed on 2026-11-24 00:59 UTC.');
  });

  it('the invitation says who invites, to what, and until when', () => {
    const who = { customer: 'Print Works', invitedBy: 'Ada Lovelace' };
    const letter = invitation({ link: LINK, route: ROUTE, expiresAt: AT, ...who });
    expect(letter.subject).toBe('Ada Lovelace invites you to Print Works on StepCloud');
    expect(letter.text.split('\n')).toContain(LINK);
    expect(letter.text).toContain('until 2026-11-24 00:59 UTC');
    expect(letter.text).toContain(`as JSON to ${ROUTE}.`);
  });

  it('the one about an old token names the gateway, and says what it means and what to do', () => {
    const { subject, text } = refreshTokenReused({ gateway: GATEWAY, at: AT, address: '192.0.2.7' });
    expect(subject).toBe('An old token of gateway Hall 2 was used');
    for (const part of [
      GATEWAY.id,
      '2026-11-24 00:59 UTC',
      '192.0.2.7',
      'SD card',
      'copied the token',
      'sessions',
      'rotate',
    ])
      expect(text).toContain(part);
  });

  it('let no name add lines of its own', () => {
    const name = 'x\r\nBcc: eve@example.net\n\nYour account ends: https://evil.example';
    const letters = [
      invitation({ link: LINK, route: ROUTE, expiresAt: AT, customer: name, invitedBy: name }),
      newMembership({ link: LINK, customer: name, invitedBy: name }),
      refreshTokenReused({ gateway: { ...GATEWAY, label: name }, at: AT, address: undefined }),
    ];
    for (const { subject, text } of letters) {
      expect(subject).not.toMatch(/[\r\n]/);
      expect(text.split('\n').filter((line) => /^(Bcc|Your account)/.test(line))).toEqual([]);
    }
  });

  it('are paragraphs with our name below', () => {
    const letters = [
      passwordRecovery({ link: LINK, route: ROUTE }),
      passwordChanged({ at: AT, address: undefined }),
      invitation({ link: LINK, route: ROUTE, expiresAt: AT, customer: 'Print Works', invitedBy: 'Ada' }),
      newMembership({ link: LINK, customer: 'Print Works', invitedBy: 'Ada' }),
      refreshTokenReused({ gateway: GATEWAY, at: AT, address: undefined }),
    ];
    for (const { text } of letters) {
      expect(text).toMatch(/^Hello,\n\n/);
      expect(text).toMatch(/\n\nStepCloud\n$/);
      expect(text).not.toMatch(/undefined|\n{3}/);
    }
  });
});
