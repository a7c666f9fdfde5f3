/** The page of a room: what was said, what is said now, and what one can do there. */
import { randomBytes } from "node:crypto";
import { includesScope } from "#core/access.ts";
import type { Entry } from "#core/journal.ts";
import { formatMode } from "#core/mode.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { cleanEntry } from "#room/clean-event.ts";
import type { FollowRequest } from "../../socket/home-service.ts";
import { type Html, html, type Piece } from "../html.ts";
import type { View, Visit } from "../page.ts";
import { badge, pager, postButton, postForm, section } from "../parts.ts";
import { nodeHtml } from "./node.ts";
import { roomParts, roomPath } from "./room-parts.ts";
import { rowOf } from "./rows.ts";
import type { WatchedRoom, WatchedRooms } from "./watched-rooms.ts";

export interface RoomPageSources {
  readonly rooms: WatchedRooms;
  readonly follow: (request: FollowRequest, signal: AbortSignal) => AsyncIterable<Entry>;
}

/** Entries on a page. */
const ENTRIES = 200;

/** The newest entries, live; or those before the one that `before` names, as they are. */
export async function roomPage({ rooms, follow }: RoomPageSources, visit: Visit): Promise<View> {
  const id = visit.param("id");
  const watched = await rooms.look(id, visit);
  const head = await watched.head();
  const before = positionOf(visit.query("before"), head);
  const isLatest = before > head;
  const from = Math.max(1, before - ENTRIES);
  const rows = await rowsOf(follow({ room: { kind: "named", id }, from }, visit.signal), {
    ...{ from, through: before - 1, cleaner: visit.cleaner },
  });
  const parts = roomParts(watched, visit);
  const turns: Piece =
    isLatest && html`<div id="turns" aria-live="off">${nodeHtml(parts.turns)}</div>`;
  // The stylesheet takes it away with the first row.
  const none: Piece =
    isLatest &&
    rows.length === 0 &&
    html`<p class="empty">Nothing was said here yet. What you say goes to ${watched.room.nextSpeakers.join(", ")}; @@group asks all.</p>`;
  const log = html`<div class="log" role="log" aria-label="What was said" tabindex="0" id="log"><ol id="rows">${rows}</ol>${none}${turns}</div>`;
  // Shown by the module while it keeps rows back.
  const newer: Piece =
    isLatest &&
    html`<p class="pager"><a id="newer" class="button plain" href="${roomPath(id)}" hidden>↓ To the newest</a></p>`;
  const pages = isLatest ? olderLink(id, from) : pagesAround(id, { from, before, head });
  const below = isLatest
    ? composer(watched, visit)
    : html`<p><a href="${roomPath(id)}">Back to the newest</a></p>`;
  const again = html`<noscript><a href="${roomPath(id)}">Load again</a></noscript>`;
  const live: Piece =
    isLatest && html`<p id="live" class="badge plain" role="status">not live</p>${again}`;
  return {
    title: `Room ${id}`,
    beside: html`<div class="links">${live}<span id="waiting">${nodeHtml(parts.waiting)}</span><a href="${roomPath(id, "/files")}">Files</a> <a href="${roomPath(id, "/diff")}">Changes</a></div>`,
    main: html`<div class="room">${pages}${log}${newer}${below}</div>`,
    aside: html`${section("Waiting for your answer", html`<div id="approvals" aria-live="polite">${nodeHtml(parts.approvals)}</div>`)}
${section("Room", html`<div id="state">${nodeHtml(parts.state)}</div>${modes(watched, visit)}`)}`,
    stream: isLatest ? roomPath(id, `/stream?from=${head}`) : undefined,
  };
}

interface Part {
  /** Numbers of its first entry and of its last one. */
  readonly from: number;
  readonly through: number;
  /** Knows what is secret now: an entry may be older. */
  readonly cleaner: TextCleaner;
}

/** The entries follow for as long as the room is there: only so many are read. */
async function rowsOf(
  entries: AsyncIterable<Entry>,
  { from, through, cleaner }: Part,
): Promise<Html[]> {
  const rows: Html[] = [];
  if (through < from) return rows;
  for await (const entry of entries) {
    const row = rowOf(cleanEntry(entry, cleaner));
    if (row !== undefined) rows.push(nodeHtml(row));
    if (entry.seq >= through) break;
  }
  return rows;
}

function pagesAround(
  id: string,
  { from, before, head }: { readonly from: number; readonly before: number; readonly head: number },
): Html {
  return pager({
    about: "entries",
    older: from > 1 ? roomPath(id, `?before=${from}`) : undefined,
    newer: newerPath(id, before, head),
    here: `${from} to ${before - 1} of ${head}`,
  });
}

/** Hidden where nothing is older: the module shows it when it takes away what stands at the top. */
function olderLink(id: string, from: number): Html {
  const hidden: Piece = from <= 1 && html` hidden`;
  const path = roomPath(id, `?before=${from}`);
  return html`<p class="pager"><a id="older" class="button plain" href="${path}"${hidden}>← Older</a></p>`;
}

/** The number of the entry that a page ends before. */
function positionOf(text: string | undefined, head: number): number {
  const number = Number(text);
  const isPosition = text !== undefined && /^\d{1,15}$/.test(text) && number >= 1;
  return isPosition ? Math.min(number, head + 1) : head + 1;
}

function newerPath(id: string, before: number, head: number): string {
  return before + ENTRIES > head ? roomPath(id) : roomPath(id, `?before=${before + ENTRIES}`);
}

function composer({ room }: WatchedRoom, visit: Visit): Html {
  if (!includesScope(visit.scope, "run"))
    return html`<p class="empty">This session may only look.</p>`;
  const direct = room.models.map(({ persona }) => `direct:${persona.id}`);
  const options = [
    html`<option value="">as the room (${formatMode(room.mode)})</option>`,
    ...["group", ...direct].map((mode) => html`<option value="${mode}">${mode}</option>`),
  ];
  const fields = html`<label class="unseen" for="text">Your line</label>
<textarea id="text" name="text" rows="3" maxlength="100000" required placeholder="Say something … @@name asks one persona, @@group all"></textarea>
<div class="send"><label for="to">To</label><select id="to" name="mode">${options}</select>
<button type="submit" class="button main">Send</button><span id="hint"></span></div>`;
  const say = postForm(visit, {
    ...{ to: roomPath(room.id, "/say"), fields, shape: "stacked" },
    hidden: { line: randomBytes(9).toString("base64url") },
  });
  const stop = postButton(visit, {
    to: roomPath(room.id, "/stop"),
    label: "Stop the answer",
    tone: "danger",
  });
  return html`<div class="composer">${say}${stop}</div>`;
}

function modes({ room }: WatchedRoom, visit: Visit): Piece {
  if (!includesScope(visit.scope, "run")) return "";
  const names = ["group", ...room.models.map(({ persona }) => `direct:${persona.id}`)];
  const now = formatMode(room.mode);
  const options = names.map((mode) => {
    const chosen: Piece = mode === now && html` selected`;
    return html`<option value="${mode}"${chosen}>${mode}</option>`;
  });
  const to = roomPath(room.id, "/mode");
  const button = html`<button type="submit" class="button plain">Switch</button>`;
  return html`${postForm(visit, {
    ...{
      to,
      fields: html`<label for="mode">Mode</label><select id="mode" name="mode">${options}</select>${button}`,
    },
  })}${postForm(visit, {
    ...{
      to,
      fields: html`<label for="file">File</label><input id="file" name="path" required maxlength="200" placeholder="notes/plan.md">${button}`,
    },
  })}`;
}

/** How a line of a diff is shown. */
function lineClass(line: string): string {
  if (/^(?:\+\+\+|---|diff |index |@@|rename |similarity |new file|deleted file)/.test(line))
    return "head";
  if (line.startsWith("+")) return "added";
  return line.startsWith("-") ? "removed" : "same";
}

/** Most lines of a diff that a page shows. */
const MOST_LINES = 3000;

/** What the room changed in the repository. @param diff undefined for a room that works on none. */
export function diffView(
  id: string,
  diff: string | undefined,
  clean: (text: string) => string,
): View {
  const beside = html`<p class="links"><a href="${roomPath(id)}">Back to the room</a></p>`;
  const view = { title: `Changes of ${id}`, beside };
  if (diff === undefined) {
    return {
      ...view,
      main: section(
        "Repository",
        html`<p class="empty">This room does not work on a repository.</p>`,
      ),
    };
  }
  if (diff === "")
    return {
      ...view,
      main: section("Repository", html`<p class="empty">The room has changed nothing.</p>`),
    };
  const lines = clean(diff).trimEnd().split("\n");
  const omitted = lines.length - MOST_LINES;
  const rendered = lines.slice(0, MOST_LINES).map((line) => {
    return html`<span class="${lineClass(line)}">${line}
</span>`;
  });
  const rest: Piece =
    omitted > 0 &&
    html`<p>${omitted.toLocaleString("en")} lines more: <code>org project diff</code></p>`;
  const count = lines.filter((line) => line.startsWith("diff ")).length;
  return {
    ...view,
    main: section(
      "Repository",
      html`<pre class="diff" tabindex="0" aria-label="Diff"><code>${rendered}</code></pre>${rest}`,
      badge(count === 1 ? "1 file" : `${count} files`),
    ),
  };
}
