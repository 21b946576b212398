import { type Html, html, joined, prose } from './html.ts';
import { detailsOf, typeOf } from './schema-view.ts';
import { nameOf } from './schemas.ts';
import type { AsyncApi, Message, Operation, Parameter, Schema, Server } from './types.ts';

/** JSON that fits is written on one line. */
const MAX_LINE = 88;

/** A part of the page; what stands in it has anchors of its own. */
interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Html;
  readonly anchors: readonly { readonly id: string; readonly title: string }[];
}

/** The document as a page for people, from the same words and without a script. */
export function renderPage(document: AsyncApi): string {
  const { asyncapi, info } = document;
  const sections = sectionsOf(document);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${info.title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/gateway/asyncapi/asyncapi.css">
</head>
<body>
<a class="skip" href="#main">Skip the contents</a>
<header><h1>${info.title}</h1> <span>version ${info.version}</span></header>
<nav aria-label="Contents"><ul>${sections.map(contentsOf)}</ul></nav>
<main id="main">
<section class="card" aria-label="About">${prose(info.description)}
<p>For programs: <a href="/gateway/asyncapi.json">the same as AsyncAPI ${asyncapi}</a>.</p></section>
${sections.map(({ id, title, content }) => html`<section id="${id}"><h2>${title}</h2>\n${content}</section>\n`)}</main>
</body>
</html>
`;
  return page.markup;
}

function sectionsOf(document: AsyncApi): Section[] {
  const { servers, components } = document;
  const published = messagesOf(document, 'receive');
  const told = messagesOf(document, 'send');
  const shown = new Set([...published, ...told].map(({ payload }) => nameOf(payload)));
  const schemas = Object.entries(components.schemas).filter(([name]) => !shown.has(name));
  const anchorsOf = (messages: Message[]) => messages.map(({ title, payload }) => ({ id: nameOf(payload), title }));
  const viewOf = (message: Message) => messageView(document, message);
  return [
    {
      id: 'connecting',
      title: 'Connecting',
      content: html`<div class="card">${Object.values(components.securitySchemes).map((one) => prose(one.description))}
<ul>${Object.values(servers).map(serverView)}</ul></div>`,
      anchors: [],
    },
    {
      id: 'published',
      title: 'What a gateway publishes',
      content: html`${published.map(viewOf)}`,
      anchors: anchorsOf(published),
    },
    { id: 'told', title: 'What a gateway is told', content: html`${told.map(viewOf)}`, anchors: anchorsOf(told) },
    {
      id: 'topics',
      title: 'In topics',
      content: html`<dl class="card">${Object.entries(components.parameters).map(parameterView)}</dl>`,
      anchors: [],
    },
    {
      id: 'payloads',
      title: 'In payloads',
      content: html`${schemas.map(schemaView)}`,
      anchors: schemas.map(([name]) => ({ id: name, title: name })),
    },
  ];
}

function contentsOf({ anchors, ...section }: Section): Html {
  const link = ({ id, title }: { id: string; title: string }) => html`<a href="#${id}">${title}</a>`;
  const inner = anchors.map((anchor) => html`<li>${link(anchor)}</li>`);
  return html`<li>${link(section)}${inner.length > 0 ? html`<ul>${inner}</ul>` : undefined}</li>\n`;
}

/** Each message once, however many topics it has. */
function messagesOf({ operations, components }: AsyncApi, action: Operation['action']): Message[] {
  const chosen = Object.values(operations).filter((operation) => operation.action === action);
  const names = new Set(chosen.flatMap(({ messages }) => messages.map(nameOf)));
  return [...names].map((name) => components.messages[name] as Message);
}

function serverView({ protocol, host, pathname = '', description }: Server): Html {
  return html`<li><code>${protocol}://${host}${pathname}</code>${prose(description)}</li>\n`;
}

/** Under the name of its payload, to which others refer. */
function messageView({ channels, components }: AsyncApi, { name, title, payload, examples }: Message): Html {
  const topics = Object.values(channels).filter(({ messages }) => name in messages);
  return html`<article class="card" id="${nameOf(payload)}"><h3>${title}</h3>
${topics.map(({ address }) => html`<p><code>${address}</code></p>\n`)}${detailsOf(components.schemas[nameOf(payload)] as Schema)}
${examples.map(exampleView)}</article>\n`;
}

function exampleView({ payload }: { readonly payload: unknown }): Html {
  return html`<pre tabindex="0" aria-label="Example"><code>${toLines(payload)}</code></pre>\n`;
}

/** JSON as a person would break it into lines. */
function toLines(value: unknown, indent = ''): string {
  const line = JSON.stringify(value, null, 1).replace(/\n */g, ' '); // within texts a line break is escaped
  if (typeof value !== 'object' || value === null || indent.length + line.length <= MAX_LINE) return line;
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((part) => toLines(part, inner))
    : Object.entries(value).map(([name, part]) => `${JSON.stringify(name)}: ${toLines(part, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${indent}${close}`;
}

function parameterView([name, { description, examples }]: [string, Parameter]): Html {
  const shown = joined(
    examples.map((example) => html`<code>${example}</code>`),
    ', ',
  );
  return html`<dt><code>{${name}}</code></dt>\n<dd>${prose(description)}<p>As in ${shown}.</p></dd>\n`;
}

function schemaView([name, schema]: [string, Schema]): Html {
  return html`<article class="card" id="${name}"><h3>${name}</h3><p>${typeOf(schema)}</p>${detailsOf(schema)}</article>\n`;
}
