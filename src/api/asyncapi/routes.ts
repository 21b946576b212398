import type { App } from '../app.ts';
import { HTML, PAGE_POLICY } from '../pages.ts';
import { createDocument } from './document.ts';
import { renderPage } from './page.ts';

export interface AsyncApiOptions {
  version: string;
  /** Where gateways reach MQTT. */
  mqttUrls: readonly string[];
  maxPacketBytes: number;
}

/** What goes over MQTT: for programs as AsyncAPI 3, for people as a page (its style is in web/asyncapi). */
export function asyncApi(app: App, { version, mqttUrls: urls, maxPacketBytes }: AsyncApiOptions): void {
  let made: ReturnType<typeof make> | undefined;
  const make = () => {
    const document = createDocument({ version, urls, maxPacketBytes });
    return { json: JSON.stringify(document), page: renderPage(document) };
  };
  const answers = () => (made ??= make());
  app.get('/gateway/asyncapi.json', (_request, reply) => reply.type('application/json').send(answers().json));
  for (const url of ['/gateway/asyncapi', '/gateway/asyncapi/']) {
    app.get(url, (_request, reply) =>
      reply.header('content-security-policy', PAGE_POLICY).type(HTML).send(answers().page),
    );
  }
}
