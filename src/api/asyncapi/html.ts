/** Markup, as opposed to text, which is escaped wherever it meets markup. */
export interface Html {
  readonly markup: string;
}
type Content = Html | string | number | undefined | readonly Content[];

/** Markup with its parts put in: text escaped, lists joined, nothing for undefined. */
export function html(markup: TemplateStringsArray, ...parts: readonly Content[]): Html {
  return { markup: String.raw({ raw: markup }, ...parts.map(toMarkup)) };
}

function toMarkup(part: Content): string {
  if (part === undefined) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeText(String(part));
  return 'markup' in part ? part.markup : part.map(toMarkup).join('');
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/**
 * The little of Markdown that descriptions use: paragraphs, lists by hyphens, `code`, **strong** and links within this host.
 */
export function prose(text: string): Html[] {
  return text.split(/\n{2,}/).map((block) => {
    const lines = block.split('\n');
    if (!lines.every((line) => line.startsWith('- '))) return html`<p>${inline(block)}</p>`;
    return html`<ul>${lines.map((line) => html`<li>${inline(line.slice(2))}</li>`)}</ul>`;
  });
}

/** Parts in a row, with a text between them. */
export function joined(parts: readonly Html[], between: string): Html {
  return html`${parts.map((part, index) => (index === 0 ? part : html`${between}${part}`))}`;
}

function inline(text: string): Html {
  const markup = escapeText(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replace(/\[([^\]]+)\]\(([/#][^)\s]*)\)/g, '<a href="$2">$1</a>');
  return { markup };
}
