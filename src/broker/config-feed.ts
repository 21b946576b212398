import type { Db } from '../db/database.ts';
import { type DeviceStateRow, findGatewaysWithChangedDevices, listDeviceStates } from '../db/device-states.ts';
import { toDeviceConfig } from '../messages/reports.ts';
import type { Downlink } from './downlink.ts';
import type { Feed, Listener } from './feeds.ts';

/** Devices in one message. */
const DEVICES_TOGETHER = 500;

interface DeviceNews {
  /** These are all devices; any other is none of the gateway's any more. */
  readonly complete: boolean;
  readonly devices: readonly DeviceStateRow[];
}

/** `down/config`: the devices of a gateway, all of them when it subscribes and from then on those that have changed. */
export function configFeed({ db, downlink }: { db: Db; downlink: Downlink }): Feed<DeviceNews> {
  /** What a client has acknowledged, by key of the device. */
  const known = new WeakMap<Listener, Map<string, string>>();
  let since: Date | undefined;

  function newsFor(listener: Listener, devices: readonly DeviceStateRow[]): DeviceNews {
    const told = known.get(listener);
    const stillThere = devices.filter(({ key }) => told?.has(key)).length;
    if (listener.isNew || !told || stillThere < told.size) return { complete: true, devices };
    return { complete: false, devices: devices.filter((device) => told.get(device.key) !== JSON.stringify(device)) };
  }

  return {
    topic: 'config',

    async find(listeners) {
      const gatewayIds = [...new Set(listeners.map(({ gatewayId }) => gatewayId))];
      const changes = await findGatewaysWithChangedDevices(db, gatewayIds, since);
      since = changes.until;
      return new Set(changes.gatewayIds);
    },

    async load(listeners) {
      const news = new Map<Listener, DeviceNews>();
      for (const listener of listeners) {
        const one = newsFor(listener, await listDeviceStates(db, listener.gatewayId));
        if (one.complete || one.devices.length > 0) news.set(listener, one);
      }
      return news;
    },

    async tell(listener, { complete, devices }) {
      const told = complete ? new Map<string, string>() : (known.get(listener) ?? new Map<string, string>());
      for (let from = 0; from === 0 || from < devices.length; from += DEVICES_TOGETHER) {
        const part = devices.slice(from, from + DEVICES_TOGETHER);
        if (
          !(await downlink.send(listener.client, 'config', toDeviceConfig(part, { complete: complete && from === 0 })))
        )
          return 'unheard';
        for (const device of part) told.set(device.key, JSON.stringify(device));
      }
      known.set(listener, told);
      return 'done';
    },
  };
}
