import {
  mdiChartTimelineVariant,
  mdiDevices,
  mdiEmailAlertOutline,
  mdiPrinter3dNozzleAlertOutline,
  mdiRouterWireless,
  mdiTune,
  mdiViewDashboardOutline,
} from '@mdi/js';
import type { TextKey } from '../texts/texts.ts';

/** Where the main navigation leads, in its order. */
export const DESTINATIONS: readonly { to: string; text: TextKey; icon: string; admin?: true }[] = [
  { to: '/', text: 'overview.title', icon: mdiViewDashboardOutline },
  { to: '/devices', text: 'devices.title', icon: mdiDevices },
  { to: '/tasks', text: 'tasks.title', icon: mdiChartTimelineVariant },
  { to: '/gateways', text: 'gateways.title', icon: mdiRouterWireless },
  { to: '/devices/pending', text: 'pendingDevices.title', icon: mdiPrinter3dNozzleAlertOutline },
  { to: '/dead-letters', text: 'deadLetters.title', icon: mdiEmailAlertOutline },
  { to: '/platform', text: 'platform.title', icon: mdiTune, admin: true },
];
