import { examine } from '../doctor/examine.ts';
import type { Finding } from '../doctor/findings.ts';
import { examineGateway } from '../doctor/gateway.ts';
import { StepCloudError } from '../errors.ts';
import { createLog } from '../telemetry/log.ts';
import { loadInstallation } from './installation.ts';

const SIGNS = { fine: 'ok     ', warning: 'WARNING', fault: 'FAULT  ' } as const;

export interface DoctorFlags {
  /** Set: plays this gateway in place of looking at the installation. */
  gateway?: string | undefined;
  token?: string | undefined;
  url?: string | undefined;
}

/** `stepcloud doctor`: what is wrong with an installation, and how to mend it. Ends with 1 where there is a fault. */
export async function doctor({ gateway, token, url }: DoctorFlags): Promise<void> {
  const findings = gateway === undefined ? await examineInstallation() : await play(gateway, token, url);
  for (const { level, about, text, mend } of findings) {
    console.log(`${SIGNS[level]}  ${about}: ${text}`);
    if (mend) console.log(`         mend: ${mend}`);
  }
  const count = (level: Finding['level']) => findings.filter((one) => one.level === level).length;
  console.log(`\n${count('fault')} faults, ${count('warning')} warnings`);
  if (count('fault') > 0) process.exitCode = 1;
}

async function examineInstallation(): Promise<Finding[]> {
  return examine(await loadInstallation(), createLog('doctor', { level: 'silent', pretty: false }));
}

async function play(gatewayId: string, given: string | undefined, url = 'mqtt://127.0.0.1:1883'): Promise<Finding[]> {
  const token = given ?? process.env.STEPCLOUD_GATEWAY_TOKEN;
  if (!token) throw new StepCloudError('CONFIG_INVALID', 'doctor --gateway needs --token, or STEPCLOUD_GATEWAY_TOKEN');
  return examineGateway({ url, gatewayId, token });
}
