import type { Duplex } from 'node:stream';
import type { EndReason } from '../db/presence.ts';
import { AT_WILL, type Pace } from '../ingest/pacing.ts';
import {
  CONNACK,
  CONNECT,
  cutPublish,
  DISCONNECT,
  faultOf,
  PINGREQ,
  PINGRESP,
  PUBLISH,
  readFixedHeader,
  refusalOfConnect,
} from './packets.ts';

/** Nothing a client may send before its token was checked needs more, and no packet but PUBLISH ever does. */
const MAX_SMALL_PACKET_BYTES = 8 * 1024;
/** A larger PUBLISH than this is not worth reading to its end. */
const MAX_DRAINED_BYTES = 64 * 1024 * 1024;
const KEPT_PAYLOAD_BYTES = 1024;
/** Of a PUBLISH that is too large: topic, packet id and the first of its payload. */
const KEPT_BYTES = 2 + 65_535 + 2 + KEPT_PAYLOAD_BYTES;
/** How far a paused connection is read ahead in search of a PINGREQ. */
const MAX_READ_AHEAD_BYTES = 1024 * 1024;
/** A packet that is under way counts as a sign of life for each so many bytes of it: a byte a second is none. */
const SIGN_OF_LIFE_BYTES = 1024;
/** A client that does not read what it is answered is closed after this time. (Aedes never notices for a PUBACK.) */
const UNREAD_TIMEOUT_MS = 5_000;

export interface GuardOptions {
  /** Bytes of a PUBLISH, topic included. */
  maxPacketBytes: number;
  /** PUBLISH packets that are let through together. */
  maxInflightMessages: number;
  /** Time until CONNACK. */
  connectTimeoutMs: number;
  /** Milliseconds of a clock that only goes forward. */
  monotonic: () => number;
  /** Told when the client is let in. */
  onOpen?(): void;
  /** Told why, when it is the guard that closes the connection. */
  onClose(why: string, reason: EndReason): void;
  /** Told when the client says that it goes. */
  onDisconnect?(): void;
}

export interface Guard {
  /** The client is authenticated: packets of full size are let through, and silence ends the connection. */
  open(keepaliveMs: number, pace?: Pace): void;
  /** A PUBLISH reached its hook; returns the true size of its payload when the guard has cut it. */
  publishArrived(): number | undefined;
  /** A PUBLISH was answered, one way or the other. */
  publishAnswered(): void;
  /**
   * Lets nothing more through and resolves when the client has gone, with what it was answered. What it still sends is
   * thrown away, unacknowledged: a socket that is closed with something unread takes the last answers with it.
   */
  end(): Promise<void>;
  /** To be called about twice a second: deadlines, and the pings of a client that waits for us. */
  tick(): void;
}

/** A PUBLISH that is too large, while it passes by. */
interface Drain {
  readonly flags: number;
  readonly size: number;
  left: number;
  readonly beginning: Buffer;
  kept: number;
}

/**
 * Stands between a connection and Aedes, which limits nothing of what it reads. The guard hands over whole packets, a run
 * at a time: the next one when every PUBLISH of the last was answered, and the client has read what it was answered.
 * (Aedes' own brake loosens with each TCP segment, and pausing its client stalls it.) So a connection holds at most one
 * read of its socket or one packet in memory; the rest waits in the sender's TCP window, in order. It replaces the
 * stream's `read` and touches nothing of Aedes' inside.
 */
export function createGuard(stream: Duplex, options: GuardOptions): Guard {
  const { maxPacketBytes, maxInflightMessages, connectTimeoutMs, monotonic } = options;
  const readStream = stream.read.bind(stream) as (size?: number) => Buffer | null;
  const acceptedAt = monotonic();
  let state: 'new' | 'connecting' | 'open' | 'ending' | 'closed' = 'new';
  let keepaliveMs = 0;
  let lastInputAt = acceptedAt;
  /** Bytes read since then that made no whole packet yet. */
  let underWayBytes = 0;
  /** What was read and not let through yet; begins where a packet begins. */
  let rest: Buffer[] = [];
  let restBytes = 0;
  /** Bytes that `rest` must have before it is worth looking at again. */
  let needed = 1;
  let draining: Drain | undefined;
  /** True size of the payload of the first packet of `rest`, where that was cut. */
  let headSize: number | undefined;
  let inflight = 0;
  let pace = AT_WILL;
  /** A message waits until it may go, by the pace of this connection. */
  let isHeld = false;
  let isLetGo = false;
  let pausedAt = 0;
  /** Since when more lies before us than may go, or was last looked through. */
  let behindSince: number | undefined;
  /** When everything that was written had last been taken from us. */
  let drainedAt = acceptedAt;
  let lookedAhead = false;
  let admitted = 0;
  let arrived = 0;
  const cutSizes = new Map<number, number>();

  stream.read = (size?: number) => (size === 0 ? readStream(0) : nextRun());
  stream.on('drain', wake);

  return {
    open(milliseconds, given = AT_WILL) {
      if (state === 'closed' || state === 'ending') return;
      state = 'open';
      keepaliveMs = milliseconds;
      pace = given;
      if (stream.closed) pace.end();
      else stream.once('close', () => pace.end());
      showLife();
      options.onOpen?.();
      wake();
    },
    publishArrived() {
      const size = cutSizes.get(arrived);
      cutSizes.delete(arrived++);
      return size;
    },
    publishAnswered() {
      inflight--;
      if (inflight === 0) wake();
    },
    async end() {
      if (stream.closed) return;
      const closed = new Promise<void>((resolve) => void stream.once('close', resolve));
      state = 'ending';
      const throwAway = (): void => {
        while (readStream() !== null);
      };
      stream.on('readable', throwAway);
      throwAway();
      stream.end();
      await closed;
    },
    tick() {
      const now = monotonic();
      if (!stream.writableNeedDrain) drainedAt = now;
      else if (now - drainedAt > UNREAD_TIMEOUT_MS) close('does not read what it is answered', 'connection_lost');
      if (state === 'new' || state === 'connecting') {
        if (now - acceptedAt > connectTimeoutMs) close('CONNECT was not done in time');
      } else if (state === 'open' && (inflight > 0 || isHeld)) {
        lastInputAt = now; // it is we who do not read
        if (now - (behindSince ?? pausedAt) > keepaliveMs / 4) answerPings();
        if (isHeld && now - pausedAt > keepaliveMs / 3) letOneGo();
      } else if (state === 'open' && now - lastInputAt > keepaliveMs * 1.5) {
        close('silent for longer than its keepalive', 'keepalive_timeout'); // [MQTT-3.1.2-24]
      }
    },
  };

  function nextRun(): Buffer | null {
    while (isReading()) {
      const run = restBytes >= needed ? takeRun() : null;
      if (run) return run;
      const chunk = isReading() ? readMore() : null;
      if (!chunk && isReading()) behindSince = undefined;
      if (!chunk) break;
      keep(chunk);
    }
    return null;
  }

  /** Of who is not in yet no more is read than a CONNECT may have: a full stream stops reading its socket. */
  function readMore(): Buffer | null {
    if (state !== 'new' || stream.readableLength <= MAX_SMALL_PACKET_BYTES) return readStream();
    return readStream(MAX_SMALL_PACKET_BYTES);
  }

  function isReading(): boolean {
    return (state === 'new' || state === 'open') && inflight === 0 && !isHeld && !stream.writableNeedDrain;
  }

  function keep(chunk: Buffer): void {
    underWayBytes += chunk.length;
    if (underWayBytes >= SIGN_OF_LIFE_BYTES) showLife();
    if (draining) return drain(draining, chunk);
    rest.push(chunk);
    restBytes += chunk.length;
    // Pieces are joined as they come, each no more often than the whole doubles: a packet that is sent byte by byte
    // would else be as many buffers.
    for (let last = rest.length - 1; last > 0; last--) {
      const [before, piece] = [rest[last - 1] as Buffer, rest[last] as Buffer];
      if (before.length > piece.length) break;
      rest.splice(last - 1, 2, Buffer.concat([before, piece]));
    }
  }

  function keepOnly(bytes: Buffer): void {
    rest = bytes.length > 0 ? [bytes] : [];
    restBytes = bytes.length;
  }

  function showLife(): void {
    lastInputAt = monotonic();
    underWayBytes = 0;
  }

  /** As many whole packets as may go together, in one piece; null when there is not one. */
  function takeRun(): Buffer | null {
    const bytes = rest.length === 1 ? (rest[0] as Buffer) : Buffer.concat(rest, restBytes);
    let offset = 0;
    needed = 0;
    let room: number | undefined;
    while (inflight < maxInflightMessages && state !== 'connecting') {
      const header = readFixedHeader(bytes, offset);
      if (header === undefined) {
        needed = bytes.length - offset + 1;
        break;
      }
      if (header === 'malformed') return close('a length of more than four bytes');
      const { type, flags, headerBytes, remaining } = header;
      if (state === 'new' && type !== CONNECT) return close('the first packet is not CONNECT'); // [MQTT-3.1.0-1]
      if (type === PUBLISH) room ??= askForRoom();
      if (type === PUBLISH && inflight >= (room ?? 0)) {
        isHeld = inflight === 0;
        break;
      }
      const tooLarge =
        headSize === undefined && remaining > (type === PUBLISH ? maxPacketBytes : MAX_SMALL_PACKET_BYTES);
      if (tooLarge) {
        if (type !== PUBLISH || remaining > MAX_DRAINED_BYTES) return close(`a packet of ${remaining} bytes`);
        if (offset > 0) break; // what stands before it goes first
        const beginning = Buffer.allocUnsafe(Math.min(remaining, KEPT_BYTES));
        draining = { flags, size: remaining, left: remaining, beginning, kept: 0 };
        drain(draining, bytes.subarray(headerBytes));
        return draining ? null : takeRun();
      }
      const end = offset + headerBytes + remaining;
      if (end > bytes.length) {
        needed = end - offset;
        break;
      }
      const body = bytes.subarray(offset + headerBytes, end);
      const fault = faultOf(type, flags, body);
      if (fault) return close(fault);
      if (type === PUBLISH) admit();
      else if (type === CONNECT && state === 'new') {
        const code = refusalOfConnect(body);
        if (code) {
          const answer = Buffer.from([CONNACK << 4, 2, 0, code]);
          return close(`CONNECT refused with code ${code}`, 'protocol_error', answer);
        }
        state = 'connecting'; // nothing more until it is known who this is
      } else if (type === DISCONNECT) options.onDisconnect?.();
      offset = end;
    }
    keepOnly(bytes.subarray(offset));
    if (offset === 0) return null;
    if (inflight > 0) pace.spend(inflight, offset);
    showLife();
    return bytes.subarray(0, offset);
  }

  /** How many messages may go in this run. */
  function askForRoom(): number {
    const room = pace.ask(release);
    if (room > 0 || !isLetGo) {
      if (room === 0) pause();
      if (room === 0) behindSince ??= pausedAt;
      return room;
    }
    isLetGo = false;
    return 1;
  }

  function release(): void {
    isHeld = false;
    wake();
  }

  /** Once per third of the keepalive one message goes all the same: some clients take a server without PUBACKs for dead. */
  function letOneGo(): void {
    isLetGo = true;
    release();
  }

  function pause(): void {
    pausedAt = monotonic();
    lookedAhead = false;
  }

  function admit(): void {
    if (inflight++ === 0) pause();
    if (headSize !== undefined) cutSizes.set(admitted, headSize);
    headSize = undefined;
    admitted++;
  }

  /** Lets a packet that is too large pass by; its beginning then takes its place in the order of packets. */
  function drain(packet: Drain, bytes: Buffer): void {
    const taken = bytes.subarray(0, packet.left);
    packet.left -= taken.length;
    packet.kept += taken.copy(packet.beginning, packet.kept);
    keepOnly(bytes.subarray(taken.length));
    needed = 1;
    if (packet.left > 0) return;
    draining = undefined;
    const fault = faultOf(PUBLISH, packet.flags, packet.beginning);
    if (fault) {
      close(fault);
      return;
    }
    const cut = cutPublish(packet.flags, packet.beginning, KEPT_PAYLOAD_BYTES);
    headSize = packet.size - cut.payloadOffset;
    keepOnly(Buffer.concat([cut.packet, ...rest]));
  }

  /** A PINGREQ behind messages that wait is answered out of turn: it only asks whether we are there. */
  function answerPings(): void {
    const chunk = restBytes < MAX_READ_AHEAD_BYTES ? readStream() : null;
    if (behindSince !== undefined) behindSince = monotonic();
    if (chunk) keep(chunk);
    else if (lookedAhead) return;
    lookedAhead = true;
    const bytes = Buffer.concat(rest, restBytes);
    const others: Buffer[] = [];
    let offset = 0;
    for (let header = readFixedHeader(bytes, 0); typeof header === 'object'; header = readFixedHeader(bytes, offset)) {
      const end = offset + header.headerBytes + header.remaining;
      if (end > bytes.length) break;
      if (header.type === PINGREQ && header.flags === 0 && header.remaining === 0) stream.write(PINGRESP);
      else others.push(bytes.subarray(offset, end));
      offset = end;
    }
    keepOnly(Buffer.concat([...others, bytes.subarray(offset)]));
  }

  function wake(): void {
    if (restBytes > 0 || stream.readableLength > 0) stream.emit('readable');
  }

  /** With a last answer, where the protocol has one. */
  function close(why: string, reason: EndReason = 'protocol_error', answer?: Buffer): null {
    if (state === 'closed') return null;
    state = 'closed';
    keepOnly(Buffer.alloc(0));
    options.onClose(why, reason);
    if (answer) stream.end(answer, () => stream.destroy());
    else stream.destroy();
    return null;
  }
}
