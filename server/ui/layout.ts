/** The frame of every page: who serves, where one can go, and what was just done. */
import { type Html, html, type Piece } from "./html.ts";
import type { Done, Screen, View, Visit } from "./page.ts";
import { postButton } from "./parts.ts";

export interface Frame {
  /** The generation and its commit, such as "current 3f2a1c". */
  readonly serves: string;
  /** Addresses with the hash of what they hold. */
  readonly assets: { readonly style: string; readonly live: string };
  /** In the order of the navigation. */
  readonly nav: readonly NonNullable<Screen["nav"]>[];
}

/** A page in its frame. */
export function layout(
  frame: Frame,
  view: View,
  visit: Pick<Visit, "path" | "csrf"> & { readonly flash: Done["flash"] },
): Html {
  const { title, main, aside, beside = "", stream } = view;
  const current = currentPath(frame.nav, visit.path);
  const links = frame.nav.map(({ label, path }) => {
    const here: Piece = path === current && html` aria-current="page"`;
    return html`<li><a href="${path}"${here}>${label}</a></li>`;
  });
  const body = html`<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<a class="brand" href="/ui">org</a>
<nav aria-label="Screens"><ul>${links}</ul></nav>
<p class="serves">${frame.serves}</p>
<a href="/ui/sessions">Sessions</a>
${postButton(visit, { to: "/ui/sign-out", label: "Sign out" })}
</header>
${flashOf(visit.flash)}
<div class="page${aside === undefined ? "" : " two"}">
<main id="main" tabindex="-1"><header class="title"><h1>${title}</h1>${beside}</header>
${main}</main>
${aside !== undefined && html`<aside aria-label="About this page">${aside}</aside>`}
</div>`;
  return documentOf(frame, { title, body, stream });
}

/** A page for a reader who is not signed in. */
export function bareLayout(frame: Pick<Frame, "assets">, title: string, main: Piece): Html {
  const body = html`<div class="bare"><main id="main"><p class="brand">org</p><h1>${title}</h1>${main}</main></div>`;
  return documentOf(frame, { title, body, stream: undefined });
}

interface Parts {
  readonly title: string;
  readonly body: Html;
  readonly stream: string | undefined;
}

function documentOf({ assets }: Pick<Frame, "assets">, { title, body, stream }: Parts): Html {
  const live: Piece =
    stream !== undefined && html`<script type="module" src="${assets.live}"></script>`;
  const follows: Piece = stream !== undefined && html` data-stream="${stream}"`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title} · org</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assets.style}">
${live}
</head>
<body${follows}>
${body}
</body>
</html>
`;
}

function flashOf(flash: Done["flash"]): Piece {
  // There from the beginning, so that readers announce what stands in it.
  const text: Piece = flash !== undefined && html`<p class="flash ${flash.tone}">${flash.text}</p>`;
  return html`<div class="flashes" role="status">${text}</div>`;
}

/** The entry that leads furthest towards a page. */
function currentPath(nav: Frame["nav"], path: string): string | undefined {
  const fitting = nav.filter((entry) => {
    // Every page lies below the first one; that alone does not make it a part of it.
    return path === entry.path || (entry.path !== "/ui" && path.startsWith(`${entry.path}/`));
  });
  return fitting.toSorted((one, other) => other.path.length - one.path.length)[0]?.path;
}
