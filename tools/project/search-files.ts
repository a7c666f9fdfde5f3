import { closeSync, fstatSync, readSync } from "node:fs";
import { MAX_FILE_BYTES } from "./copy-file.ts";
import { fitsPattern, type TextPattern } from "./text-pattern.ts";
import { type WalkedFile, walkCopy } from "./walk.ts";

export interface TextSearch {
  readonly copy: string;
  /** Relative to the copy; empty for all of it. */
  readonly folder: string;
  /** Whether a file is looked at, by its path. */
  readonly matches: (path: string) => boolean;
  /** Looked for in the lines of the files; without it the files themselves are found. */
  readonly pattern?: TextPattern | undefined;
  readonly ignoreCase?: boolean | undefined;
  /** So many hits are returned; all are counted. */
  readonly most: number;
  readonly signal: AbortSignal;
}

/** A hit; of a file found by its name the line is 0. */
export interface FoundLine {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

export interface SearchResult {
  readonly found: readonly FoundLine[];
  /** All hits, of what was searched. */
  readonly total: number;
  /** No limit ended the search. */
  readonly isWhole: boolean;
  /** Files that were not looked into, for each has more than 1 MiB. */
  readonly tooLarge: TooLarge;
}

interface TooLarge {
  readonly count: number;
  /** Path of one; empty where there is none. */
  readonly first: string;
}

/** After so many files, so many bytes or so long a search ends: a planted tree may be endless. */
const MOST_FILES = 250_000;
const MOST_BYTES = 512 * 1024 * 1024;
const LONGEST_MS = 10_000;
/** After so long everything else of the process has its turn, in milliseconds. */
const LONGEST_STOP_MS = 8;
/** So many hits of one file are counted. */
const MOST_OF_FILE = 1000;

/**
 * Searches the files of a copy for lines; binary files and those over 1 MiB are left out.
 *
 * @throws the reason of the signal once it aborts.
 */
export async function searchFiles(search: TextSearch): Promise<SearchResult> {
  const tooLarge = { count: 0, first: "" };
  const matcher = matcherOf(search);
  const state: State = { search, found: [], total: 0, bytes: 0, tooLarge, matcher };
  const begin = performance.now();
  let last = begin;
  let files = 0;
  for (const file of walkCopy(search.copy, search.folder)) {
    if (search.matches(file.path)) look(state, file);
    files += 1;
    const now = performance.now();
    if (files >= MOST_FILES || state.bytes >= MOST_BYTES || now - begin > LONGEST_MS)
      return resultOf(state, false);
    if (now - last < LONGEST_STOP_MS) continue;
    await new Promise<void>((resolve) => setImmediate(resolve));
    search.signal.throwIfAborted();
    last = performance.now();
  }
  return resultOf(state, true);
}

function resultOf({ found, total, tooLarge }: State, isWhole: boolean): SearchResult {
  return { found, total, isWhole, tooLarge };
}

interface State {
  readonly search: TextSearch;
  readonly matcher: Matcher | undefined;
  readonly found: FoundLine[];
  total: number;
  bytes: number;
  readonly tooLarge: { count: number; first: string };
}

interface Matcher {
  /** Whether the bytes of a file hold the text at all. */
  readonly isIn: (data: Buffer) => boolean;
  readonly isOn: (line: string) => boolean;
}

function matcherOf({ pattern, ignoreCase = false }: TextSearch): Matcher | undefined {
  if (pattern === undefined) return undefined;
  if (!ignoreCase) {
    return {
      isIn: (data) => pattern.some((pieces) => pieces.every((piece) => data.includes(piece))),
      isOn: (line) => fitsPattern(line, pattern),
    };
  }
  const lower = pattern.map((pieces) => pieces.map((piece) => piece.toLowerCase()));
  return {
    isIn: (data) => {
      const text = data.toString().toLowerCase();
      return lower.some((pieces) => pieces.every((piece) => text.includes(piece)));
    },
    isOn: (line) => fitsPattern(line.toLowerCase(), lower),
  };
}

function look(state: State, file: WalkedFile): void {
  const { search, matcher } = state;
  if (matcher === undefined) {
    add(state, { path: file.path, line: 0, text: "" });
    return;
  }
  const data = read(file);
  if (data === "too large") {
    state.tooLarge.first ||= file.path;
    state.tooLarge.count += 1;
    return;
  }
  if (data === undefined) return;
  state.bytes += data.length;
  if (!matcher.isIn(data) || data.includes(0)) return;
  let hits = 0;
  for (const [index, text] of data.toString().split("\n").entries()) {
    if (!matcher.isOn(text)) continue;
    add(state, { path: file.path, line: index + 1, text });
    hits += 1;
    if (hits >= MOST_OF_FILE || search.signal.aborted) return;
  }
}

function add(state: State, hit: FoundLine): void {
  state.total += 1;
  if (state.found.length < state.search.most) state.found.push(hit);
}

/** Read into by one file after the other. */
const buffer: Buffer = Buffer.alloc(MAX_FILE_BYTES);

/** @returns `undefined` for what is not a regular file or cannot be read. */
function read(file: WalkedFile): Buffer | "too large" | undefined {
  const from = file.open();
  if (from === undefined) return undefined;
  try {
    const stats = fstatSync(from);
    if (!stats.isFile()) return undefined;
    if (stats.size > MAX_FILE_BYTES) return "too large";
    const length = readSync(from, buffer, 0, buffer.length, 0);
    return buffer.subarray(0, length);
  } catch {
    return undefined;
  } finally {
    closeSync(from);
  }
}
