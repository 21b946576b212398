import { Type } from 'typebox';
import { askByCode, askByKey, BY_CODE, BY_KEY, formatUserCode, redeemDeviceCode } from '../../identity/enrolment.ts';
import { addressKey, takeTurn } from '../../identity/throttle.ts';
import type { App } from '../app.ts';
import { failures } from '../problems.ts';
import { closed, Id, text } from '../schemas.ts';
import { GatewayTokens, type RefreshOptions, reportingReuse, SoftwareVersion, toGatewayTokens } from './refresh.ts';

const MINUTE = 60_000;

/** A workshop that is fitted out has many new gateways behind one address; each of those that wait asks now and then. */
const PER_ADDRESS = {
  code: { max: 60, windowMs: 10 * MINUTE },
  key: { max: 600, windowMs: MINUTE },
  token: { max: 3_000, windowMs: MINUTE },
};

const applicant = {
  gatewayId: Type.Optional({
    ...Id,
    description: 'The id that it would like to have; it gets it if nobody else has it. Without one, it gets a new one.',
  }),
  serialNumber: Type.Optional(
    text(128, { description: 'What stands on its housing: people compare it.', examples: ['RPI5-00c0ffee'] }),
  ),
  softwareVersion: Type.Optional(SoftwareVersion),
  hardwareVersion: Type.Optional(text(128, { examples: ['Raspberry Pi 5 Model B Rev 1.0'] })),
};

const deviceCode = Type.String({
  description: 'A secret of the gateway, by which it asks for its tokens. Store it: it works after a restart too.',
});
const expiresIn = (seconds: number) =>
  Type.Integer({ description: 'For how many seconds the gateway can be approved.', examples: [seconds] });
const interval = (seconds: number) =>
  Type.Integer({ description: 'Seconds to wait before asking for the tokens, each time.', examples: [seconds] });

export interface EnrolmentOptions extends RefreshOptions {
  publicUrl: () => string;
}

/** How a gateway comes in by itself: it asks, somebody approves, it fetches its tokens. */
export function enrolment(app: App, options: EnrolmentOptions): void {
  const { db, tokens, clock, publicUrl } = options;
  const common = { tags: ['enrolment'], security: [], querystring: closed({}) };
  const refusals = ['REQUEST_INVALID', 'TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED', 'RATE_LIMITED'] as const;

  const byCode = {
    ...common,
    summary: 'Ask to come in by a code',
    description:
      'As RFC 8628 does: show `userCode`, or `verificationUriComplete` as a QR code, to a person who manages the office, and ask for the tokens with `deviceCode` until they come.',
    body: closed(applicant),
    response: {
      200: closed(
        {
          deviceCode,
          userCode: Type.String({ description: 'What a person types.', examples: ['BCDF-GHJK'] }),
          verificationUri: Type.String({
            description: 'Where a person types it.',
            examples: ['https://iot.example.org/enrol'],
          }),
          verificationUriComplete: Type.String({
            description: 'The same with the code in it, for a QR code.',
            examples: ['https://iot.example.org/enrol#code=BCDF-GHJK'],
          }),
          expiresIn: expiresIn(BY_CODE.expiresInS),
          interval: interval(BY_CODE.intervalS),
        },
        { description: 'The gateway waits for approval.' },
      ),
      ...failures(...refusals),
    },
  };
  app.post('/enrolment/code', { schema: byCode }, async ({ body, ip }) => {
    const now = clock();
    await takeTurn(db, `enrolment codes for ${addressKey(ip)}`, PER_ADDRESS.code, now);
    const asked = await askByCode(db, toApplicant(body), { now, address: ip });
    const userCode = formatUserCode(asked.userCode);
    const verificationUri = `${publicUrl()}/enrol`;
    return {
      deviceCode: asked.deviceCode,
      userCode,
      verificationUri,
      verificationUriComplete: `${verificationUri}#code=${userCode}`,
      expiresIn: BY_CODE.expiresInS,
      interval: BY_CODE.intervalS,
    };
  });

  const byKey = {
    ...common,
    summary: 'Ask to come in by an enrolment key',
    description:
      'For many gateways from one SD card image: the key says to which customer, and perhaps to which office. They still wait until a manager approves them, singly or in bulk.',
    body: closed({ enrolmentKey: text(128, { examples: ['scek_...'] }), ...applicant }),
    response: {
      200: closed(
        { deviceCode, expiresIn: expiresIn(BY_KEY.expiresInS), interval: interval(BY_KEY.intervalS) },
        { description: 'The gateway waits for approval.' },
      ),
      ...failures(...refusals, 'CREDENTIALS_INVALID', 'CONFLICT'),
    },
  };
  app.post('/enrolment/key', { schema: byKey }, async ({ body, ip }) => {
    const now = clock();
    await takeTurn(db, `enrolment keys from ${addressKey(ip)}`, PER_ADDRESS.key, now);
    const asked = await askByKey(db, body.enrolmentKey, toApplicant(body), { now, address: ip });
    return { ...asked, expiresIn: BY_KEY.expiresInS, interval: BY_KEY.intervalS };
  });

  const token = {
    ...common,
    summary: 'Ask for the tokens',
    description:
      'While nobody has decided, AUTHORIZATION_PENDING; asked before `interval` is over, SLOW_DOWN; turned away, ACCESS_DENIED; too late, EXPIRED_TOKEN. Once approved, the device code is the first refresh token: where the answer was lost, ask again.',
    body: closed({ deviceCode: text(256) }),
    response: {
      200: { ...GatewayTokens, description: 'The gateway was let in.' },
      ...failures(
        ...refusals,
        'CREDENTIALS_INVALID',
        'AUTHORIZATION_PENDING',
        'SLOW_DOWN',
        'ACCESS_DENIED',
        'EXPIRED_TOKEN',
      ),
    },
  };
  app.post('/enrolment/token', { schema: token }, async ({ body, ip }) => {
    const origin = { now: clock(), address: ip };
    await takeTurn(db, `device codes from ${addressKey(ip)}`, PER_ADDRESS.token, origin.now);
    return toGatewayTokens(
      await reportingReuse(options, origin, () => redeemDeviceCode(db, tokens, body.deviceCode, origin)),
    );
  });
}

interface SaidByApplicant {
  gatewayId?: string;
  serialNumber?: string;
  softwareVersion?: string;
  hardwareVersion?: string;
}

function toApplicant({ gatewayId, serialNumber, softwareVersion, hardwareVersion }: SaidByApplicant) {
  return {
    proposedGatewayId: gatewayId ?? null,
    serialNumber: serialNumber ?? null,
    softwareVersion: softwareVersion ?? null,
    hardwareVersion: hardwareVersion ?? null,
  };
}
