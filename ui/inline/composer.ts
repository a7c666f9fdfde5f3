/** The line being written with what helps to write it. Pure: state and key in, state and action out. */
import { sanitize } from "#core/sanitize.ts";
import { boundaryAt } from "../graphemes.ts";
import type { Key } from "../keys.ts";
import { type Editor, type EditorAction, EMPTY_EDITOR, edit, withText } from "../line-editor.ts";

interface Search {
  readonly query: string;
  /** The found line of the history; -1: none holds the query. */
  readonly index: number;
  /** What is restored when the search is given up. */
  readonly before: Editor;
}

export interface Composer {
  readonly editor: Editor;
  /** Sent lines are being searched. */
  readonly search?: Search | undefined;
}

export type ComposerAction =
  | EditorAction
  | { readonly type: "stop" | "interrupt" | "suspend" | "complete" | "external-editor" };

export interface Composed {
  readonly composer: Composer;
  readonly action?: ComposerAction | undefined;
}

/**
 * @param history lines sent before, oldest first.
 * @param unsent what stands in the line at first.
 */
export function newComposer(history: readonly string[] = [], unsent = ""): Composer {
  return { editor: withText({ ...EMPTY_EDITOR, history, historyIndex: history.length }, unsent) };
}

export function compose(composer: Composer, key: Key): Composed {
  if (composer.search !== undefined) return searching(composer.editor, composer.search, key);
  const { editor } = composer;
  if (key.type !== "press") return { composer: edit(editor, key) };
  switch (key.name) {
    case "search":
      return { composer: found(editor, "", editor.history.length) };
    case "escape":
      return { composer, action: { type: "stop" } };
    case "interrupt":
    case "suspend":
    case "complete":
    case "external-editor":
      return { composer, action: { type: key.name } };
    case "up":
      return { composer: { editor: besides(editor, -1) ?? edit(editor, key).editor } };
    case "down":
      return { composer: { editor: besides(editor, 1) ?? edit(editor, key).editor } };
    default: {
      const { editor: edited, action } = edit(editor, key);
      return { composer: { editor: edited }, action };
    }
  }
}

/** What a search says about itself; empty while there is none. */
export function searchHint({ search }: Composer): string {
  if (search === undefined) return "";
  const query = sanitize(search.query);
  return search.index < 0 && query !== ""
    ? `no sent line holds "${query}" · Esc`
    : `search: "${query}" · Ctrl-R older · Enter sends · Esc keeps · Ctrl-C gives up`;
}

function searching(editor: Editor, { query, index: place, before }: Search, key: Key): Composed {
  const newest = before.history.length;
  if (key.type !== "press") return { composer: found(before, query + key.text, newest) };
  switch (key.name) {
    case "search": {
      const older = found(before, query, place < 0 ? newest : place);
      // The oldest match stays.
      return {
        composer:
          older.search?.index === -1 ? { editor, search: { query, index: place, before } } : older,
      };
    }
    case "backspace":
      return { composer: found(before, query.slice(0, -1), newest) };
    case "escape":
      return { composer: { editor } };
    case "interrupt":
      return { composer: { editor: before } };
    default:
      return compose({ editor }, key);
  }
}

/** The newest line below that index which holds the query. */
function found(before: Editor, query: string, below: number): Composer {
  const at = query === "" ? -1 : lastWith(before.history, query, below);
  const line = before.history[at];
  const editor = line === undefined ? before : withText(before, line);
  return { editor, search: { query, index: at, before } };
}

function lastWith(history: readonly string[], query: string, before: number): number {
  return history.findLastIndex((line, index) => index < before && line.includes(query));
}

/** One line up or down within a text of several; `undefined` at its edge. */
function besides(editor: Editor, step: -1 | 1): Editor | undefined {
  const { text, cursor } = editor;
  const start = text.lastIndexOf("\n", cursor - 1) + 1;
  const end = text.indexOf("\n", cursor);
  if (cursor === 0 && step < 0) return undefined;
  if (step < 0 ? start === 0 : end < 0) return undefined;
  const targetStart = step < 0 ? text.lastIndexOf("\n", start - 2) + 1 : end + 1;
  const next = text.indexOf("\n", targetStart);
  const targetEnd = next < 0 ? text.length : next;
  const target = Math.min(targetStart + cursor - start, targetEnd);
  return { ...editor, cursor: Math.min(boundaryAt(text, target), targetEnd) };
}
