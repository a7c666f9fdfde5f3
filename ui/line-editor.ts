/** The line that a human is writing, as a state machine without a screen: state and key in, state out. */
import { sanitize } from "#core/sanitize.ts";
import { boundaryAfter, boundaryAt, boundaryBefore, wordAfter, wordBefore } from "./graphemes.ts";
import { type Key, type KeyName, PASTE_LIMIT } from "./keys.ts";

/** So many sent lines can be recalled with the up key. */
const HISTORY_LIMIT = 200;

export interface Editor {
  readonly text: string;
  /** Index into `text`, always between two characters as a person sees them. */
  readonly cursor: number;
  /** Sent lines, oldest first. */
  readonly history: readonly string[];
  /** The line of the history that is shown; its length: the one being written. */
  readonly historyIndex: number;
  /** What was being written before the up key was pressed. */
  readonly draft: string;
}

/** What a key asks of the one who holds the editor. */
export type EditorAction =
  | { readonly type: "send"; readonly text: string }
  /** End of input on an empty line. */
  | { readonly type: "end" };

export interface Edited {
  readonly editor: Editor;
  readonly action?: EditorAction;
}

export const EMPTY_EDITOR: Editor = {
  text: "",
  cursor: 0,
  history: [],
  historyIndex: 0,
  draft: "",
};

/** Takes one key. Keys that mean nothing to an editor change nothing. */
export function edit(editor: Editor, key: Key): Edited {
  if (key.type !== "press") return { editor: insert(editor, key.text) };
  if (key.name === "enter") return send(editor);
  if (key.name === "end-of-input" && editor.text === "") return { editor, action: { type: "end" } };
  return { editor: EDITS[key.name]?.(editor) ?? editor };
}

/** Replaces the whole text; the cursor stands behind it. */
export function withText(editor: Editor, text: string): Editor {
  const clean = cleaned(text, PASTE_LIMIT);
  return { ...editor, text: clean, cursor: clean.length, historyIndex: editor.history.length };
}

const EDITS: Readonly<Partial<Record<KeyName, (editor: Editor) => Editor>>> = {
  newline: (editor) => insert(editor, "\n"),
  backspace: (editor) => cut(editor, boundaryBefore(editor.text, editor.cursor), editor.cursor),
  delete: deleteForward,
  "end-of-input": deleteForward,
  left: (editor) => moved(editor, boundaryBefore(editor.text, editor.cursor)),
  right: (editor) => moved(editor, boundaryAfter(editor.text, editor.cursor)),
  "word-left": (editor) => moved(editor, wordBefore(editor.text, editor.cursor)),
  "word-right": (editor) => moved(editor, wordAfter(editor.text, editor.cursor)),
  home: (editor) => moved(editor, 0),
  end: (editor) => moved(editor, editor.text.length),
  "delete-word": (editor) => cut(editor, wordBefore(editor.text, editor.cursor), editor.cursor),
  "delete-word-right": (editor) =>
    cut(editor, editor.cursor, wordAfter(editor.text, editor.cursor)),
  "delete-to-start": (editor) => cut(editor, 0, editor.cursor),
  "delete-to-end": (editor) => cut(editor, editor.cursor, editor.text.length),
  up: (editor) => recall(editor, editor.historyIndex - 1),
  down: (editor) => recall(editor, editor.historyIndex + 1),
};

function insert(editor: Editor, added: string): Editor {
  const { text, cursor } = editor;
  // What stands here is what is sent: nothing invisible, and no more than a paste may hold.
  const clean = cleaned(added, Math.max(0, PASTE_LIMIT - text.length));
  const joined = text.slice(0, cursor) + clean + text.slice(cursor);
  return at({ ...editor, text: joined }, cursor + clean.length);
}

function cleaned(text: string, limit: number): string {
  // The limit may cut through a pair of surrogates.
  return sanitize(text).slice(0, limit).toWellFormed();
}

function cut(editor: Editor, from: number, to: number): Editor {
  return at({ ...editor, text: editor.text.slice(0, from) + editor.text.slice(to) }, from);
}

function deleteForward(editor: Editor): Editor {
  return cut(editor, editor.cursor, boundaryAfter(editor.text, editor.cursor));
}

function moved(editor: Editor, cursor: number): Editor {
  return { ...editor, cursor };
}

/** Text that comes together can join into one character: the cursor goes behind it. */
function at(editor: Editor, cursor: number): Editor {
  return { ...editor, cursor: boundaryAt(editor.text, cursor) };
}

function send(editor: Editor): Edited {
  const { text } = editor;
  if (text.trim() === "") return { editor: withText(editor, "") };
  const lines = editor.history.at(-1) === text ? editor.history : [...editor.history, text];
  const history = lines.slice(-HISTORY_LIMIT);
  return {
    editor: { ...EMPTY_EDITOR, history, historyIndex: history.length },
    action: { type: "send", text },
  };
}

function recall(editor: Editor, index: number): Editor {
  const { history } = editor;
  if (index < 0 || index > history.length || index === editor.historyIndex) return editor;
  const draft = editor.historyIndex === history.length ? editor.text : editor.draft;
  const text = history[index] ?? draft;
  return { ...editor, text, cursor: text.length, historyIndex: index, draft };
}
