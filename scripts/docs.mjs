// TechDocs' published form of docs/, made without Python: the page structure that its reader knows.
import fs from 'node:fs';
import path from 'node:path';
import { Marked } from 'marked';
import { root } from './paths.mjs';

const source = path.join(root, 'docs');

/**
 * The reader brings the colours itself. It shows a page only once a style sheet is loaded, and lets through only one
 * that is named as MkDocs Material names its own.
 */
const STYLE = `
.md-nav__list { list-style: none; margin: 0; padding: 0; }
.md-nav__item { margin: 0 0 0.6rem; }
.md-nav__link { text-decoration: none; color: inherit; }
.md-content__inner { max-width: 46rem; padding: 0 1rem 3rem; }
.md-typeset table { border-collapse: collapse; }
.md-typeset th, .md-typeset td { border: 1px solid rgba(128, 128, 128, 0.4); padding: 0.4rem 0.7rem; text-align: left; vertical-align: top; }
.md-typeset pre { padding: 0.8rem; overflow-x: auto; background: rgba(128, 128, 128, 0.12); }
.md-typeset img { max-width: 100%; }
`;

/** What a link to a heading names after `#`, as code hosts have it. */
export const fragmentOf = heading =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');

const marked = new Marked({
  renderer: {
    heading({ tokens, text, depth }) {
      const html = this.parser.parseInline(tokens);
      return `<h${depth} id="${fragmentOf(text)}">${html}</h${depth}>\n`;
    },
  },
});

const titleOf = text => /^#\s+(.+)$/m.exec(text)?.[1] ?? 'Untitled';

/** Every page: its address below the site, title and Markdown; the front page first. */
function pages(folder = source) {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .flatMap(entry => {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return pages(file);
      if (!entry.name.endsWith('.md')) return [];
      const text = fs.readFileSync(file, 'utf8');
      const place = path.relative(source, file).replaceAll(path.sep, '/');
      const address = place
        .replace(/(^|\/)(index|README)\.md$/, '$1')
        .replace(/\.md$/, '/');
      return [{ place, address, title: titleOf(text), text }];
    })
    .sort((a, b) => a.address.localeCompare(b.address));
}

const up = address => '../'.repeat(address.split('/').length - 1) || './';

function navigation(all, current) {
  const items = all.map(
    page =>
      `<li class="md-nav__item${
        page === current ? ' md-nav__item--active' : ''
      }"><a class="md-nav__link" href="${up(current.address)}${page.address}">${
        page.title
      }</a></li>`,
  );
  return `<nav class="md-nav md-nav--primary" aria-label="Documentation"><ul class="md-nav__list">${items.join(
    '',
  )}</ul></nav>`;
}

/** Links between pages name files, as on a code host; the site's addresses are folders. */
function relink(html, page) {
  const folder = path.posix.dirname(page.place);
  return html.replace(
    /(href|src)="(?![a-z]+:|#|\/)([^"#]+)(#[^"]*)?"/g,
    (whole, attribute, target, fragment = '') => {
      const place = path.posix.normalize(path.posix.join(folder, target));
      if (place.startsWith('..')) return whole;
      const address = place
        .replace(/(^|\/)(index|README)\.md$/, '$1')
        .replace(/\.md$/, '/');
      return `${attribute}="${up(page.address)}${address}${fragment}"`;
    },
  );
}

function htmlPage(all, page) {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${page.title}</title>
<link rel="stylesheet" href="${up(
    page.address,
  )}assets/stylesheets/main.0d0c5000.min.css"></head>
<body><div class="md-container"><main class="md-main"><div class="md-main__inner md-grid">
<div class="md-sidebar md-sidebar--primary" data-md-component="sidebar"><div class="md-sidebar__scrollwrap"><div class="md-sidebar__inner">${navigation(
    all,
    page,
  )}</div></div></div>
<div class="md-content" data-md-component="content"><article class="md-content__inner md-typeset">
${relink(marked.parse(page.text), page)}
</article></div></div></main></div></body></html>
`;
}

/**
 * Publishes docs/ for TechDocs' local publisher, as the entity `component:default/moorline`.
 * @param {string} publishDirectory `techdocs.publisher.local.publishDirectory`
 */
export function publishDocs(publishDirectory) {
  const site = path.join(publishDirectory, 'default/component/moorline');
  fs.rmSync(site, { recursive: true, force: true });
  const all = pages();
  const files = [];
  for (const page of all) {
    const file = `${page.address}index.html`;
    files.push(file);
    fs.mkdirSync(path.join(site, page.address), { recursive: true });
    fs.writeFileSync(path.join(site, file), htmlPage(all, page));
  }
  const images = path.join(source, 'images');
  if (fs.existsSync(images)) {
    fs.cpSync(images, path.join(site, 'images'), { recursive: true });
  }
  fs.mkdirSync(path.join(site, 'assets/stylesheets'), { recursive: true });
  fs.writeFileSync(
    path.join(site, 'assets/stylesheets/main.0d0c5000.min.css'),
    STYLE,
  );
  fs.mkdirSync(path.join(site, 'search'), { recursive: true });
  fs.writeFileSync(
    path.join(site, 'search/search_index.json'),
    JSON.stringify({
      docs: all.map(({ address, title, text }) => ({
        location: address,
        title,
        text,
      })),
    }),
  );
  fs.writeFileSync(
    path.join(site, 'techdocs_metadata.json'),
    JSON.stringify({
      site_name: 'Moorline',
      site_description: 'How to use and run Moorline.',
      build_timestamp: Date.now(),
      files,
    }),
  );
}
